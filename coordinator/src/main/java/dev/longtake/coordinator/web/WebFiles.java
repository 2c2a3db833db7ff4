package dev.longtake.coordinator.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The dashboard's own files, out of the jars. Safe for several threads. */
final class WebFiles {

  /** A file, and what it is. */
  static final class WebFile {
    private final byte[] content;
    private final String type;

    private WebFile(byte[] content, String type) {
      this.content = content;
      this.type = type;
    }

    InputStream content() {
      return new ByteArrayInputStream(content);
    }

    String type() {
      return type;
    }
  }

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]*\\.(js|css|svg)");
  private static final String CHARTS = "/META-INF/resources/webjars/uplot/";

  private final String chartsVersion;
  private final Map<String, Optional<WebFile>> files = new ConcurrentHashMap<>();

  /** With the charts of this version, as their jar has it. */
  WebFiles() {
    this.chartsVersion = "1.6.30";
  }

  /** The file of this name; empty if there is none. */
  Optional<WebFile> find(String name) {
    return files.computeIfAbsent(name, this::read);
  }

  private Optional<WebFile> read(String name) {
    return switch (name) {
      case "index.html" -> read("/web/index.html", "text/html; charset=utf-8");
      case "uPlot.js" ->
          read(CHARTS + chartsVersion + "/dist/uPlot.iife.min.js", "text/javascript");
      case "uPlot.css" -> read(CHARTS + chartsVersion + "/dist/uPlot.min.css", "text/css");
      case String own when NAME.matcher(own).matches() -> read("/web/" + own, type(own));
      case String unknown -> Optional.empty();
    };
  }

  private static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.'))) {
      case ".js" -> "text/javascript; charset=utf-8";
      case ".css" -> "text/css; charset=utf-8";
      case String picture -> "image/svg+xml";
    };
  }

  private static Optional<WebFile> read(String resource, String type) {
    try (@Nullable InputStream in = WebFiles.class.getResourceAsStream(resource)) {
      return in == null ? Optional.empty() : Optional.of(new WebFile(in.readAllBytes(), type));
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }
}
