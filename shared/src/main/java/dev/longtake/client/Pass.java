package dev.longtake.client;

import dev.longtake.security.FarmToken;
import dev.longtake.security.TlsIdentity;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.Optional;

/**
 * What a program shows to be let in.
 *
 * @param identity its certificate; empty for plaintext
 * @param token whose calls they are; never sent in plaintext
 */
public record Pass(Optional<TlsIdentity> identity, Optional<FarmToken> token) {

  /** Nothing: for this machine. */
  public static final Pass NONE = new Pass(Optional.empty(), Optional.empty());

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** A program's own. */
  public static Pass of(TlsIdentity identity) {
    return new Pass(Optional.of(identity), Optional.empty());
  }

  /** Show the token with each call, if there is one that may be shown. */
  List<ClientInterceptor> headers() {
    return identity
        .flatMap(encrypted -> token)
        .map(shown -> List.<ClientInterceptor>of(new Header(shown)))
        .orElse(List.of());
  }

  /** The token as it goes with each call. */
  private record Header(FarmToken token) implements ClientInterceptor {
    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
        MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<R> responses, Metadata headers) {
          headers.put(AUTHORIZATION, "Bearer " + token.secret());
          super.start(responses, headers);
        }
      };
    }
  }
}
