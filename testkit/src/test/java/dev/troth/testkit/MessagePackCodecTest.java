package dev.troth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.codec.MessagePackCodec;
import dev.troth.spi.Codec;
import dev.troth.spi.CodecException;
import java.io.File;
import java.math.BigInteger;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MessagePackCodecTest extends CodecContract {
    @Override
    protected Codec codec() {
        return new MessagePackCodec();
    }

    @Test
    void a_length_that_lies_costs_no_memory() {
        // A byte string, a text, an extension, a list and a map of about two or four thousand million entries each.
        for (String hex :
                List.of("c67fffffff", "db7fffffff", "c97fffffff01", "dd7fffffff", "df7fffffff", "ddffffffff")) {
            byte[] body = HexFormat.of().parseHex(hex);
            for (Class<?> type : List.of(Object.class, Bytes.class, String.class, byte[].class)) {
                assertThatThrownBy(() -> codec().read(body, type)).as(hex).isInstanceOf(CodecException.class);
            }
        }
    }

    @Test
    void an_unsigned_number_of_64_bits_does_not_become_negative() {
        byte[] map = HexFormat.of().parseHex("84" + "a16200" + "a17300" + "a16900" + "a16c" + "cfffffffffffffffff");

        assertThatThrownBy(() -> codec().read(map, Sizes.class)).isInstanceOf(CodecException.class);
        assertThat(codec().read(map, Oversizes.class).l()).isEqualTo(new BigInteger("18446744073709551615"));
    }

    @Test
    void without_the_library_it_names_the_dependency_to_add() throws Exception {
        try (URLClassLoader without = new URLClassLoader(classPathWithout("msgpack"), null)) {
            Class<?> codec = without.loadClass(MessagePackCodec.class.getName());

            assertThatThrownBy(() -> codec.getConstructor().newInstance())
                    .rootCause()
                    .isInstanceOf(ClassNotFoundException.class);
            assertThatThrownBy(() -> codec.getConstructor().newInstance())
                    .cause()
                    .hasMessageContaining("org.msgpack:jackson-dataformat-msgpack");
        }
    }

    private static URL[] classPathWithout(String word) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !Path.of(entry).getFileName().toString().contains(word))
                .map(MessagePackCodecTest::url)
                .toArray(URL[]::new);
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(entry, e);
        }
    }
}
