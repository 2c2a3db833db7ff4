package dev.longtake.ops.option;

import dev.longtake.client.Addresses;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code HOST:PORT}, or several, on the command line. */
public final class AddressesConverter implements ITypeConverter<Addresses> {

  @Override
  public Addresses convert(String text) {
    try {
      return Addresses.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
