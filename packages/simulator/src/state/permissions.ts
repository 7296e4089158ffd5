/** How far a permission goes. Each level includes the ones before it. */
export type PermissionLevel = 'read' | 'write' | 'admin'

/** Permission names, as GitHub spells them in the API, with their levels: `{ issues: 'write' }`. */
export type Permissions = Readonly<Record<string, PermissionLevel>>

/** What something takes. */
export interface RequiredPermission {
  readonly name: string
  readonly level: PermissionLevel
}

/** What reading a repository itself takes; every installation has it. */
export const METADATA_READ: RequiredPermission = { name: 'metadata', level: 'read' }

const RANK: Readonly<Record<PermissionLevel, number>> = { read: 1, write: 2, admin: 3 }

const READ_WRITE =
  'actions administration artifact_metadata attestations checks code_quality codespaces contents dependabot_secrets ' +
  'deployments discussions environments issues merge_queues metadata packages pages pull_requests ' +
  'repository_custom_properties repository_hooks secret_scanning_alerts secrets security_events single_file statuses ' +
  'vulnerability_alerts custom_properties_for_organizations members organization_administration ' +
  'organization_custom_roles organization_custom_org_roles organization_copilot_seat_management ' +
  'organization_copilot_agent_settings organization_announcement_banners organization_hooks ' +
  'organization_personal_access_tokens organization_personal_access_token_requests organization_packages ' +
  'organization_secrets organization_self_hosted_runners organization_user_blocking email_addresses followers ' +
  'git_ssh_keys gpg_keys interaction_limits starring'
const READ_WRITE_ADMIN =
  'repository_projects organization_custom_properties organization_projects enterprise_custom_properties_for_organizations'

// The `app-permissions` schema of GitHub's OpenAPI description.
const LEVELS: ReadonlyMap<string, readonly PermissionLevel[]> = new Map<string, readonly PermissionLevel[]>([
  ...READ_WRITE.split(' ').map((name) => [name, ['read', 'write']] as const),
  ...READ_WRITE_ADMIN.split(' ').map((name) => [name, ['read', 'write', 'admin']] as const),
  ['workflows', ['write']],
  ['profile', ['write']],
  ['organization_events', ['read']],
  ['organization_plan', ['read']],
])

/** Every permission GitHub knows. */
export const PERMISSION_NAMES: readonly string[] = [...LEVELS.keys()]

/** Whether GitHub knows the permission and the level exists for it. */
export function isPermission(name: string, level: unknown): level is PermissionLevel {
  return LEVELS.get(name)?.some((known) => known === level) ?? false
}

/** Whether `granted` reaches `level` for `name`. */
export function allows(granted: Permissions, name: string, level: PermissionLevel): boolean {
  if (!Object.hasOwn(granted, name)) return false
  const held = granted[name]
  return held !== undefined && RANK[held] >= RANK[level]
}

/**
 * A checked copy, with `metadata: read`, which GitHub makes mandatory.
 *
 * @throws {TypeError} naming the permission that GitHub does not know, or the levels it has.
 */
export function checkedPermissions(permissions: Readonly<Record<string, string>>): Permissions {
  const checked: Record<string, PermissionLevel> = { metadata: 'read' }
  for (const [name, level] of Object.entries(permissions)) {
    if (!isPermission(name, level)) {
      const known = LEVELS.get(name)
      throw new TypeError(
        known === undefined
          ? `Unknown permission "${name}"; use GitHub's API names, such as issues, contents or pull_requests`
          : `Permission "${name}" cannot be "${level}"; allowed: ${known.join(', ')}`,
      )
    }
    checked[name] = level
  }
  return Object.freeze(checked)
}
