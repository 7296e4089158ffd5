import '@hubauth/core'
