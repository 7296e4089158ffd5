/** What `init` writes: what the command starts with by itself, and a word about everything else. */
export const SEED_TEMPLATE = `# A GitHub to test against. Start it with: hubauth-simulator --seed simulator.yaml
# Check what you write with:               hubauth-simulator check simulator.yaml
# Everything is optional. Mistakes are refused, with the place and what is allowed.

# host: 127.0.0.1            # address to bind
# publicUrl: http://github:4000   # where others reach it
# port: 4000                 # default 0, a free one
# control: true              # drive it over HTTP, below /_simulator/
# tokenFormat: stateless     # or classic
# rateLimit: { perHour: 5000, enforced: false }
# replicationLag: { tokenMs: 0, permissionsMs: 0, keyMs: 0 }
# faultSeed: 1               # what faults with a probability start from

# Apps. The first one is meant wherever none is named.
apps:
  - slug: hubauth-test-app
    # id: 1001001
    # clientId: Iv23li0000000000test
    # owner: monalisa
    # A private key is never in this file, which you will want to commit. Default: a new one with every start.
    # privateKeyFile: test-app.pem         # relative to this file
    # privateKeyEnv: GITHUB_PRIVATE_KEY    # or in an environment variable
    # webhookUrl: http://127.0.0.1:3000/github/webhooks
    # webhookSecret: development           # or webhookSecretEnv; default a random one
    # clientSecret: development            # or clientSecretEnv; default a random one
    # callbackUrls: [http://127.0.0.1:3000/callback]
    permissions: { contents: write, issues: write, pull_requests: write }
    events: [issues, issue_comment, push]

# Users, organizations and enterprises. Without an installation the app is not installed there.
accounts:
  - login: acme
    # type: Organization     # or User, Enterprise
    members: { monalisa: admin } # octocat: member; monalisa always exists
    repositories:
      - name: api
        private: true
        # collaborators: { hubot: write }
        # files: { README.md: "# api\\n" }
        issues:
          - title: The API answers 500 on Mondays
            body: Only on Mondays.
      - name: docs
    installation:
      repositories: all
      # permissions: { issues: read }      # default the app's
      # id: 40000001
      # suspended: true

  - login: globex
    repositories:
      - name: web
        private: true
        issues:
          - title: The logo is upside down
    installation:
      repositories: [web]

  - login: initech
    repositories:
      - name: reports
        private: true
`
