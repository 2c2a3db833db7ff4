package dev.longtake.config;

import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.File;
import java.net.URL;

/**
 * Refuses {@code include}. Left to itself the library ignores one that it cannot find, without a
 * word, and looks for it beside the program instead of beside the file.
 */
record Includes(String source)
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    throw refused(what);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    throw refused(what.getPath());
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw refused(what.toString());
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    throw refused(what);
  }

  private LongtakeException refused(String what) {
    return new LongtakeException(
        ErrorCode.CONFIGURATION_INVALID,
        "%s: include \"%s\": expected one file that holds everything; copy what is in it to here"
            .formatted(source, what));
  }
}
