// A real OpenID provider for tests: `node provider.mjs PORT REDIRECT_URI`. Every start has a new signing key.
// Whoever signs in as `name` is { sub: name }; `name+mail` has a verified e-mail address, too.
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, redirectUri] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'galley',
      client_secret: 'a secret of two',
      redirect_uris: [redirectUri],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    },
  ],
  jwks: { keys: [key] },
  cookies: { keys: ['for tests'] },
  pkce: { required: () => true },
  conformIdTokenClaims: false,
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
  async findAccount(_, id) {
    const name = id.split('+')[0];
    const mail = id.endsWith('+mail');
    return {
      accountId: id,
      async claims() {
        return {
          sub: id,
          name: `${name} of the provider`,
          preferred_username: name,
          email: `${name}@acme.cn`,
          email_verified: mail,
        };
      },
    };
  },
});

provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
