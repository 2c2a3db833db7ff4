package dev.longtake.client;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells a channel where the coordinators are that it is to call, now and after each change. */
final class CoordinatorResolver extends NameResolver {

  private final Coordinators coordinators;
  private final Runnable onChange = this::refresh;
  private @Nullable Listener2 listener;

  CoordinatorResolver(Coordinators coordinators) {
    this.coordinators = coordinators;
  }

  /** For messages about the channel; each coordinator is called by its own. */
  @Override
  public String getServiceAuthority() {
    return coordinators.addresses().toString();
  }

  @Override
  public synchronized void start(Listener2 channel) {
    listener = channel;
    coordinators.listen(onChange);
    refresh();
  }

  /** Asking a name service may take its time. */
  @Override
  public void refresh() {
    Thread.ofVirtual().name("coordinator-names").start(this::resolve);
  }

  @Override
  public void shutdown() {
    coordinators.forget(onChange);
    synchronized (this) {
      listener = null;
    }
  }

  /** One after the other, each with what is known then: the last one tells the latest. */
  private synchronized void resolve() {
    Listener2 channel = listener;
    if (channel == null) {
      return;
    }
    List<EquivalentAddressGroup> found = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (Address address : coordinators.answering().toCall()) {
      try {
        found.addAll(resolve(address));
      } catch (UnknownHostException e) {
        unknown.add(address.host());
      }
    }
    channel.onResult(
        ResolutionResult.newBuilder()
            .setAddressesOrError(
                found.isEmpty()
                    ? StatusOr.fromStatus(
                        Status.UNAVAILABLE
                            .withDescription("expected names of machines, found " + unknown)
                            .withCause(new IOException("unknown names " + unknown)))
                    : StatusOr.fromValue(found))
            .build());
  }

  private List<EquivalentAddressGroup> resolve(Address address) throws UnknownHostException {
    List<EquivalentAddressGroup> found = new ArrayList<>();
    for (InetAddress machine : InetAddress.getAllByName(address.host())) {
      var socket = new InetSocketAddress(machine, address.port());
      coordinators.located(socket, address);
      found.add(
          new EquivalentAddressGroup(
              List.of(socket),
              io.grpc.Attributes.newBuilder()
                  .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, address.toString())
                  .build()));
    }
    return found;
  }
}
