import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { freePort, type LocalRedis, startRedis } from './local-redis.ts'

const SLOTS = 16_384
const NODES = 3
const JOIN_MS = 20_000

/** A Redis Cluster of three real nodes without replicas. */
export interface LocalRedisCluster {
  readonly nodes: readonly LocalRedis[]
  /** Ends all nodes and removes what they kept. */
  stop(): Promise<void>
}

/** Starts a cluster on free ports of this machine: Redis 7.0 or later. It ends with this process. */
export async function startRedisCluster(): Promise<LocalRedisCluster> {
  const starts = await Promise.allSettled(Array.from({ length: NODES }, startNode))
  const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  const nodes = started.map(({ node }) => node)
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    for (const start of starts) if (start.status === 'rejected') throw start.reason
    for (const [index, node] of nodes.entries()) {
      const [from, to] = [index, index + 1].map((part) => Math.floor((part * SLOTS) / NODES))
      await ask(node, `CLUSTER SET-CONFIG-EPOCH ${index + 1}`)
      await ask(node, `CLUSTER ADDSLOTSRANGE ${from} ${Number(to) - 1}`)
    }
    for (const { node, busPort } of started)
      for (const other of nodes) await ask(other, `CLUSTER MEET 127.0.0.1 ${node.port} ${busPort}`)
    await Promise.all(nodes.map(isJoined))
  } catch (error) {
    await stop()
    throw error
  }
  return { nodes, stop }
}

async function startNode(): Promise<{ readonly node: LocalRedis; readonly busPort: number }> {
  const busPort = await freePort()
  const args = ['--cluster-enabled', 'yes', '--cluster-port', `${busPort}`, '--cluster-node-timeout', '5000']
  return { node: await startRedis({ args }), busPort }
}

/** Waits until a node knows who has which slots. */
async function isJoined(node: LocalRedis): Promise<void> {
  for (const giveUpAt = Date.now() + JOIN_MS; Date.now() < giveUpAt; await setTimeout(20)) {
    const info = await ask(node, 'CLUSTER INFO')
    if (info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${NODES}\r`)) return
  }
  throw new Error(`The Redis Cluster node on port ${node.port} found no cluster.`)
}

/** The answer of a node to one command. @throws {Error} When it refuses the command. */
function ask(node: LocalRedis, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(node.port, '127.0.0.1', () => socket.write(`${command}\r\nQUIT\r\n`))
    let answer = ''
    socket.on('data', (data) => {
      answer += data.toString()
    })
    socket.once('error', reject)
    socket.once('close', () => (answer.startsWith('-') ? reject(new Error(answer)) : resolve(answer)))
  })
}
