package dev.longtake.security;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Gives a connection the certificate that is in force when it is made. A handshake asks three times
 * (for a name, the chain, the key), and gets the same each time, whatever changes meanwhile.
 */
public final class LiveKeys extends X509ExtendedKeyManager {

  private static final int KEPT = 4;

  private final TlsIdentity identity;

  /** By the names that were given out; only the latest. */
  private final Map<String, TlsMaterial> given =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TlsMaterial> eldest) {
          return size() > KEPT;
        }
      };

  /** Shows what is in force of this identity. */
  public LiveKeys(TlsIdentity identity) {
    this.identity = identity;
  }

  private synchronized @Nullable String alias(String... keyTypes) {
    TlsMaterial now = identity.current();
    String algorithm = now.key().getAlgorithm();
    if (Arrays.stream(keyTypes).noneMatch(type -> fits(type, algorithm))) {
      return null;
    }
    String alias = now.certificate().getSerialNumber().toString(16);
    given.remove(alias);
    given.put(alias, now);
    return alias;
  }

  /** Key types have several names: EC is EC_EC and EC_RSA too, RSA also RSASSA-PSS. */
  private static boolean fits(String type, String algorithm) {
    return type.equals(algorithm)
        || type.startsWith(algorithm + "_")
        || type.startsWith(algorithm + "SSA");
  }

  private synchronized @Nullable TlsMaterial given(String alias) {
    return given.get(alias);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return alias(keyType);
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = alias(keyType);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return getClientAliases(keyType, issuers);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    TlsMaterial material = given(alias);
    return material == null ? null : material.chain();
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    TlsMaterial material = given(alias);
    return material == null ? null : material.key();
  }
}
