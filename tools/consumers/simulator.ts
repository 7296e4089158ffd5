import { type Simulator, startSimulator } from '@hubauth/simulator'

export const url = startSimulator().then(async (simulator: Simulator) => {
  await simulator.close()
  return simulator.url
})
