// The types of Express 4 and 5 cannot be installed side by side; what the tests use is the same in both.
declare module 'express4' {
  export { default } from 'express'
}
