package io.anabranch.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.anabranch.serve.ops.GuardSettings;
import io.anabranch.serve.ops.ServerConfig;
import io.anabranch.stream.StreamConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    private static final Path DOCUMENTATION = Path.of("..", "docs", "configuration.md");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "anabranch.partitions, 0",
        "anabranch.partitions, four",
        "anabranch.partitions, 1.5",
        "anabranch.features.dimension, -1",
        "anabranch.ingest.max-future-skew, 10 minutes",
        "anabranch.ingest.allow-self-loops, yes",
        "anabranch.propagation.assertion-mode, ALWAYS",
        "quarkus.grpc.server.port, 70000"
    })
    void aWrongValueIsNamedWithItsKeyAndWhatIsAllowed(String key, String value) throws IOException {
        Path file = Files.writeString(folder.resolve("anabranch.properties"), key + "=" + value);
        Setting setting = Settings.ALL.stream()
                .filter(s -> s.key().equals(key))
                .findFirst()
                .orElseThrow();

        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> Settings.read(file))
                .withMessageContaining(key + " (" + value + ")")
                .withMessageContaining(setting.kind().allowed())
                .withMessageContaining(file.toString());
    }

    @Test
    void anUnknownKeyIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("anabranch.properties"), "anabranch.partitons=4");

        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> Settings.read(file))
                .withMessageContaining("anabranch.partitons is unknown");
    }

    @Test
    void settingsOfOthersArePassedOn() throws IOException {
        Path file = Files.writeString(
                folder.resolve("anabranch.properties"),
                "quarkus.log.level=DEBUG\nanabranch.kafka.client.security.protocol = SSL\n");

        assertThat(Settings.read(file))
                .containsEntry("quarkus.log.level", "DEBUG")
                .containsEntry("anabranch.kafka.client.security.protocol", "SSL");
    }

    @Test
    void theStreamProcessorKnowsEveryKeyOfItsAndTakesItsDefault() {
        assertThat(Settings.ALL.stream().map(Setting::key)).containsAll(StreamConfig.KEYS);
        Map<String, String> defaults = new HashMap<>();
        Settings.ALL.forEach(setting -> defaults.put(setting.key(), setting.defaultValue()));
        defaults.put(Settings.FEATURE_DIMENSION, "12");

        assertThatNoException().isThrownBy(() -> StreamConfig.from(defaults));
        assertThat(StreamConfig.from(defaults)).isEqualTo(StreamConfig.from(Map.of(Settings.FEATURE_DIMENSION, "12")));
    }

    @Test
    void theModelServiceKnowsEveryKeyOfItsAndTakesItsDefault() {
        assertThat(Settings.ALL.stream().map(Setting::key)).containsAll(ServerConfig.KEYS);
        Map<String, String> defaults = new HashMap<>();
        Settings.ALL.forEach(setting -> defaults.put(setting.key(), setting.defaultValue()));
        defaults.put(Settings.FEATURE_DIMENSION, "12");

        assertThat(ServerConfig.from(defaults)).isEqualTo(ServerConfig.from(Map.of(Settings.FEATURE_DIMENSION, "12")));
    }

    @Test
    void theGuardKnowsEveryKeyOfItsAndTakesItsDefault() {
        assertThat(Settings.ALL.stream().map(Setting::key)).containsAll(GuardSettings.KEYS);
        Map<String, String> defaults = new HashMap<>();
        Settings.ALL.forEach(setting -> defaults.put(setting.key(), setting.defaultValue()));

        assertThat(GuardSettings.from(defaults)).isEqualTo(GuardSettings.from(Map.of()));
    }

    @Test
    void everyKeyIsDocumentedWithItsDefaultAndNoOther() throws IOException {
        List<String> lines = Files.readAllLines(DOCUMENTATION);
        Map<String, String> documented = new HashMap<>();
        Pattern row = Pattern.compile("\\| `([a-z]+(?:[.][a-z-]+)+)` \\| (?:`([^`]*)`|–) \\|.*");
        for (String line : lines) {
            Matcher matcher = row.matcher(line);
            if (matcher.matches()) {
                documented.put(matcher.group(1), matcher.group(2) == null ? "" : matcher.group(2));
            }
        }

        Map<String, String> known = new HashMap<>();
        Settings.ALL.forEach(setting -> known.put(setting.key(), setting.defaultValue()));
        assertThat(documented).isEqualTo(known);
    }
}
