package dev.longtake.client;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How gRPC finds the {@link Coordinators} that a channel was given as an argument. */
final class CoordinatorNames extends NameResolverProvider {

  /** The target of a channel to several coordinators. */
  static final String TARGET = "coordinators:///any";

  /** The channel's own. */
  static final NameResolver.Args.Key<Coordinators> KEY =
      NameResolver.Args.Key.create("dev.longtake.client.coordinators");

  private static final String SCHEME = "coordinators";

  /** Keeps nothing: which coordinators there are comes with each channel. */
  static void register() {
    NameResolverRegistry registry = NameResolverRegistry.getDefaultRegistry();
    if (registry.getProviderForScheme(SCHEME) == null) {
      registry.register(new CoordinatorNames());
    }
  }

  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    Coordinators coordinators = args.getArg(KEY);
    return coordinators == null ? null : new CoordinatorResolver(coordinators);
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return 5;
  }

  @Override
  public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return List.of(InetSocketAddress.class);
  }
}
