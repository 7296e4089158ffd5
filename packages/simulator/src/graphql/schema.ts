import { buildSchema, GraphQLInt, GraphQLScalarType, type GraphQLSchema, isObjectType } from 'graphql'

/**
 * The part of GitHub's schema that is simulated, with GitHub's names and nullability.
 *
 * @see https://docs.github.com/graphql/overview/public-schema
 */
export const SCHEMA: GraphQLSchema = withWideIds(
  buildSchema(`
    "An ISO-8601 encoded UTC date string."
    scalar DateTime
    "An RFC 3986, RFC 3987, and RFC 6570 (level 4) compliant URI string."
    scalar URI

    interface Node { id: ID! }
    interface Actor { login: String! url: URI! }
    interface RepositoryOwner { id: ID! login: String! url: URI! }

    type Query {
      node(id: ID!): Node
      organization(login: String!): Organization
      rateLimit: RateLimit
      repository(followRenames: Boolean = true, name: String!, owner: String!): Repository
      user(login: String!): User
      viewer: User!
    }

    type Mutation {
      addComment(input: AddCommentInput!): AddCommentPayload
    }

    input AddCommentInput { body: String! clientMutationId: String subjectId: ID! }

    type AddCommentPayload {
      clientMutationId: String
      commentEdge: IssueCommentEdge
      subject: Node
    }

    type RateLimit {
      cost: Int!
      limit: Int!
      nodeCount: Int!
      remaining: Int!
      resetAt: DateTime!
      used: Int!
    }

    type User implements Actor & Node & RepositoryOwner {
      databaseId: Int
      email: String!
      id: ID!
      login: String!
      name: String
      url: URI!
    }

    type Organization implements Actor & Node & RepositoryOwner {
      databaseId: Int
      email: String
      id: ID!
      login: String!
      name: String
      url: URI!
    }

    type Bot implements Actor & Node { databaseId: Int id: ID! login: String! url: URI! }

    type Repository implements Node {
      databaseId: Int
      defaultBranchRef: Ref
      description: String
      id: ID!
      isPrivate: Boolean!
      issue(number: Int!): Issue
      issues(
        after: String
        before: String
        first: Int
        last: Int
        orderBy: IssueOrder
        states: [IssueState!]
      ): IssueConnection!
      name: String!
      nameWithOwner: String!
      owner: RepositoryOwner!
      url: URI!
    }

    type Ref { name: String! }

    type Issue implements Node {
      author: Actor
      body: String!
      closed: Boolean!
      closedAt: DateTime
      comments(after: String, before: String, first: Int, last: Int): IssueCommentConnection!
      createdAt: DateTime!
      databaseId: Int
      id: ID!
      number: Int!
      repository: Repository!
      state: IssueState!
      title: String!
      updatedAt: DateTime!
      url: URI!
    }

    type IssueComment implements Node {
      author: Actor
      body: String!
      createdAt: DateTime!
      databaseId: Int
      id: ID!
      issue: Issue!
      repository: Repository!
      updatedAt: DateTime!
      url: URI!
    }

    enum IssueState { CLOSED OPEN }
    enum IssueOrderField { COMMENTS CREATED_AT UPDATED_AT }
    enum OrderDirection { ASC DESC }
    input IssueOrder { direction: OrderDirection! field: IssueOrderField! }

    type IssueConnection {
      edges: [IssueEdge]
      nodes: [Issue]
      pageInfo: PageInfo!
      totalCount: Int!
    }
    type IssueEdge { cursor: String! node: Issue }

    type IssueCommentConnection {
      edges: [IssueCommentEdge]
      nodes: [IssueComment]
      pageInfo: PageInfo!
      totalCount: Int!
    }
    type IssueCommentEdge { cursor: String! node: IssueComment }

    type PageInfo {
      endCursor: String
      hasNextPage: Boolean!
      hasPreviousPage: Boolean!
      startCursor: String
    }
  `),
)

// GitHub declares `databaseId` as `Int` and answers with numbers that do not fit into 32 bits (octokit.graphql.net#311).
function withWideIds(schema: GraphQLSchema): GraphQLSchema {
  const wide = new GraphQLScalarType({
    name: GraphQLInt.name,
    description: GraphQLInt.description,
    serialize: (value) => value,
  })
  for (const type of Object.values(schema.getTypeMap())) {
    const databaseId = isObjectType(type) ? type.getFields().databaseId : undefined
    if (databaseId !== undefined) databaseId.type = wide
  }
  return schema
}
