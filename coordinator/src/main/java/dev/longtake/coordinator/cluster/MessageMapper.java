package dev.longtake.coordinator.cluster;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import com.fasterxml.jackson.databind.jsontype.PolymorphicTypeValidator;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.serialization.jackson.JacksonObjectMapperFactory;
import org.apache.pekko.serialization.jackson.JacksonObjectMapperProviderSetup;

/**
 * How messages between coordinators are written: records field by field, and where one of several
 * kinds may stand, the kind's name beside it. Only our own classes can be named. All coordinators
 * of a farm are of one version; what outlives a process has forms of its own.
 */
public final class MessageMapper extends JacksonObjectMapperFactory {

  private MessageMapper() {}

  /** What an actor system needs to write messages so. */
  public static Setup setup() {
    return new JacksonObjectMapperProviderSetup(new MessageMapper());
  }

  @Override
  public ObjectMapper newObjectMapper(String bindingName, JsonFactory jsonFactory) {
    return mapper(jsonFactory);
  }

  static ObjectMapper mapper(JsonFactory jsonFactory) {
    PolymorphicTypeValidator ours =
        BasicPolymorphicTypeValidator.builder().allowIfSubType("dev.longtake.").build();
    var mapper = new ObjectMapper(jsonFactory);
    mapper.setDefaultTyping(
        new SealedTypes(ours)
            .init(JsonTypeInfo.Id.CLASS, null)
            .inclusion(JsonTypeInfo.As.PROPERTY)
            .typeProperty("@"));
    // Records have questions such as isOpen() beside what they are made of.
    mapper.setVisibility(PropertyAccessor.ALL, Visibility.NONE);
    mapper.setVisibility(PropertyAccessor.FIELD, Visibility.ANY);
    mapper.setVisibility(PropertyAccessor.CREATOR, Visibility.ANY);
    mapper.enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);
    return mapper;
  }

  /** Names the kind where a sealed type of ours is declared, and nowhere else. */
  private static final class SealedTypes extends ObjectMapper.DefaultTypeResolverBuilder {

    private static final long serialVersionUID = 1;

    private SealedTypes(PolymorphicTypeValidator validator) {
      super(ObjectMapper.DefaultTyping.OBJECT_AND_NON_CONCRETE, validator);
    }

    @Override
    public boolean useForType(JavaType type) {
      return type.getRawClass().isSealed()
          && type.getRawClass().getPackageName().startsWith("dev.longtake.");
    }
  }
}
