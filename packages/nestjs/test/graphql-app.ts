import type { GitHubInstallation, InstallationToken } from '@hubauth/core'
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { Args, GraphQLModule, Query, Resolver } from '@nestjs/graphql'
import { GitHubAuth, GitHubToken } from '../src/index.ts'

@Resolver()
class OrgsResolver {
  @Query(() => String)
  byArgument(@Args('org') org: string, @GitHubAuth('org') github: GitHubInstallation): string {
    return `${org} ${typeof github.fetch}`
  }

  @Query(() => String)
  byHeader(@GitHubAuth({ header: 'x-org' }) github: GitHubInstallation): string {
    return typeof github.fetch
  }

  @Query(() => String)
  token(@Args('org') _org: string, @GitHubToken('org') token: InstallationToken): string {
    return `${token}`
  }
}

/** A GraphQL API that acts as installations. */
export const graphqlApp = {
  imports: [GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true })],
  providers: [OrgsResolver],
}
