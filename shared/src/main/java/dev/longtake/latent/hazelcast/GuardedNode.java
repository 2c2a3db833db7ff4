package dev.longtake.latent.hazelcast;

import com.hazelcast.config.SocketInterceptorConfig;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import com.hazelcast.nio.MemberSocketInterceptor;

/**
 * A member whose connections begin with a handshake. The community edition has the places where one
 * goes in, and leaves them empty.
 */
final class GuardedNode extends DefaultNodeContext {

  private final MemberHandshake handshake;

  GuardedNode(MemberHandshake handshake) {
    this.handshake = handshake;
  }

  /** What the member's endpoint has to say for the handshake to take place. */
  static SocketInterceptorConfig enabled() {
    return new SocketInterceptorConfig().setEnabled(true).setClassName("GuardedNode gives it");
  }

  @Override
  public NodeExtension createNodeExtension(Node node) {
    return new DefaultNodeExtension(node) {
      @Override
      public MemberSocketInterceptor getSocketInterceptor(EndpointQualifier endpoint) {
        return handshake;
      }
    };
  }
}
