import type { GitHubInstallation } from '@hubauth/core'
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { Args, GraphQLModule, Query, Resolver } from '@nestjs/graphql'
import { GitHubAuth } from '../src/index.ts'

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
}

/** A GraphQL API that acts as installations. */
export const graphqlApp = {
  imports: [GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true })],
  providers: [OrgsResolver],
}
