package dev.longtake.coordinator.artifacts.s3;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.net.URI;
import java.util.List;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.slf4j.LoggerFactory;

/** A server of the S3 protocol in this process, on loopback, that keeps what it gets in memory. */
public final class S3Server implements AutoCloseable {

  public static final String ACCESS_KEY = "reader-and-writer";
  public static final String SECRET = "not to be printed";

  private final BlobStoreContext context;
  private final S3Proxy server;

  private S3Server(BlobStoreContext context, S3Proxy server) {
    this.context = context;
    this.server = server;
  }

  public static S3Server start() throws Exception {
    var loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    List.of("org.gaul", "jclouds", "org.jclouds", "software.amazon", "com.google")
        .forEach(name -> loggers.getLogger(name).setLevel(Level.WARN));
    BlobStoreContext context =
        ContextBuilder.newBuilder("transient-nio2")
            .credentials("none", "none")
            .build(BlobStoreContext.class);
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(context.getBlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET)
            .build();
    server.start();
    return new S3Server(context, server);
  }

  public int port() {
    return server.getPort();
  }

  public void createBucket(String name) {
    context.getBlobStore().createContainerInLocation(null, name);
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the server cannot be stopped", e);
    }
    context.close();
  }
}
