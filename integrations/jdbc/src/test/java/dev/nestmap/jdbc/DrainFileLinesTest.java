/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.testing.LogRecords;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A line of a file belongs to one outer map, even if the kernel has cut its name off. */
class DrainFileLinesTest {
    @TempDir
    private Path directory;

    private final List<String> stored = new ArrayList<>();
    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = directory.resolve("counts.jsonl");
    }

    private static String line(String pin, String map, String holds) {
        return "{\"pin\":\"/sys/fs/bpf/acme/" + pin + "\",\"map\":\"" + map + "\",\"holds\":\"" + holds + "\"}\n";
    }

    private static String nameOf(@Nullable Object pin) {
        return String.valueOf(Path.of(String.valueOf(pin)).getFileName());
    }

    private List<String> store(String map, String holds) throws Exception {
        stored.clear();
        DrainFileLines.store(file, map, holds, line -> () -> stored.add(nameOf(line.get("pin"))));
        return List.copyOf(stored);
    }

    /** The command knows the whole names, also those of which the kernel keeps only the beginning. */
    @Test
    void aLineIsOfTheMapThatItNames() throws Exception {
        Files.writeString(
                file,
                line("in", "customer_traffic_in", "counts")
                        + line("out", "customer_traffic_out", "counts")
                        + line("in-requests", "customer_traffic_in_requests", "misses")
                        + line("cut", "customer_traffi", "counts"));

        assertThat(store("customer_traffic_in", "counts")).containsExactly("in");
        assertThat(store("customer_traffic_out", "counts")).containsExactly("out");
        assertThat(store("customer_traffi", "counts")).containsExactly("cut");
        assertThat(store("customer_traffic_in_requests", "misses")).containsExactly("in-requests");
        assertThat(store("customer_traffic_up", "counts")).isEmpty();
    }

    /** Lines of an older command, which knew no more of a name than the kernel keeps. */
    @Test
    void linesWithACutNameAreNamedAlsoBesideThoseWithTheWholeOne() throws Exception {
        String whole = line("in", "customer_traffic_in", "counts");
        for (String other : List.of("customer_traffi", "customer_traff", "customer")) {
            Files.writeString(file, whole + line("cut", other, "counts"));
            try (LogRecords log = LogRecords.of("dev.nestmap.jdbc")) {
                assertThat(store("customer_traffic_in", "counts")).containsExactly("in");
                assertThat(log.messages())
                        .as(other)
                        .hasSize(other.length() == 15 ? 1 : 0)
                        .allSatisfy(message -> assertThat(message)
                                .contains(
                                        "lines of [customer_traffi] beside those of the map customer_traffic_in",
                                        "left out"));
            }
        }
    }

    /** It was pinned there before the map became an outer map. */
    @Test
    void linesOfAPlainMapWithTheNameAreNamed() throws Exception {
        Files.writeString(
                file,
                line("customer", "customer", "counts")
                        + line("customer-draining-7/0-7", "customer", "map")
                        + line("limits", "limits", "map"));
        try (LogRecords log = LogRecords.of("dev.nestmap.jdbc")) {
            assertThat(store("customer", "counts")).containsExactly("customer");
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains(
                            "lines with the name customer whose maps were in no slot",
                            "left out",
                            "jq -c 'select(.holds == \"map\")'");
        }
    }

    @Test
    void nothingIsStoredIfThePinsDoNotTellTheMapsApart() throws Exception {
        String line = line("in", "customer", "counts");
        Files.writeString(file, line + line("out", "customer", "counts"));

        assertThatThrownBy(() -> store("customer", "counts"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "/sys/fs/bpf/acme/in, /sys/fs/bpf/acme/out",
                        "customer",
                        "Nothing was stored",
                        "only the lines of this pin");
        assertThat(stored).isEmpty();
        Files.writeString(file, line + line);
        assertThat(store("customer", "counts")).containsExactly("in", "in");
    }

    /** What the other version means by the line is not known. */
    @Test
    void aLineOfAnotherFormatIsRefused() throws Exception {
        String line = line("tenant", "tenant", "counts");
        Files.writeString(file, line + line.replace("}", ",\"format\":2}"));

        assertThatThrownBy(() -> store("tenant", "counts"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("line 2 of " + file, "it has format 2, and this version reads 1");
        assertThat(stored).containsExactly("tenant");
        Files.writeString(file, line.replace("}", ",\"format\":1,\"later\":{\"a\":[1]}}"));
        assertThat(store("tenant", "counts")).containsExactly("tenant");
    }

    /** Whoever may write to the file can write anything there. */
    @Test
    void namesTheLineThatCantBeRead() throws Exception {
        String good = line("tenant", "tenant", "counts");
        for (String bad : List.of(
                "{\"pin\":\"a\\u0000b\",\"map\":\"tenant\",\"holds\":\"counts\"}",
                "[".repeat(100_000),
                "{\"pin\":\"\u00e9",
                good.strip() + good.strip(), // the second map would be in no row
                "null",
                "")) {
            Files.write(file, (good + bad + "\n").getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> store("tenant", "counts"))
                    .as(bad.substring(0, Math.min(40, bad.length())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("line 2 of " + file + " can't be read: ");
        }
        Files.writeString(file, good + good);
        assertThatThrownBy(() -> DrainFileLines.store(file, "tenant", "counts", line -> {
                    Objects.requireNonNull(line.get("missing"));
                    return () -> true;
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("line 1 of " + file + " can't be read: a value is missing");
    }

    /** A line may have more bytes than the heap, so nobody holds all its entries: those before one that can't be read are passed. */
    @Test
    void passesTheEntriesOfALineOneByOne() throws Exception {
        String entries = "{\"value\":1},{\"value\":2},null";
        Files.writeString(
                file,
                "{\"pin\":\"a\",\"map\":\"tenant\",\"holds\":\"counts\",\"entries\":[" + entries
                        + "],\"exact\":true}\n");
        List<String> passed = new ArrayList<>();

        assertThatThrownBy(() -> DrainFileLines.store(file, "tenant", "counts", line -> {
                    assertThat(line.get("exact")).isEqualTo(true);
                    assertThat(line.get("entries")).isNull();
                    return () -> {
                        line.entries(entry -> String.valueOf(
                                        Objects.requireNonNull(entry).get("value")))
                                .forEachRemaining(passed::add);
                        return true;
                    };
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("line 1 of " + file + " can't be read: a value is missing");
        assertThat(passed).containsExactly("1", "2");
    }

    /** The database may ask for another try. */
    @Test
    void passesTheEntriesAgain() throws Exception {
        String line = "{\"pin\":\"a\",\"map\":\"tenant\",\"holds\":\"counts\",\"entries\":[{\"value\":%d}]}\n";
        Files.writeString(file, line.formatted(1) + line.formatted(2));
        List<String> passed = new ArrayList<>();

        DrainFileLines.store(file, "tenant", "counts", read -> () -> {
            for (int tries = 0; tries < 2; tries++) {
                read.entries(entry ->
                                String.valueOf(Objects.requireNonNull(entry).get("value")))
                        .forEachRemaining(passed::add);
            }
            return true;
        });

        assertThat(passed).containsExactly("1", "1", "2", "2");
    }

    /** Whoever rotates files may do so while one is imported. */
    @Test
    void readsTheFileThatItHasOpened() throws Exception {
        String line = "{\"pin\":\"a\",\"map\":\"tenant\",\"holds\":\"counts\",\"entries\":[{\"value\":%d}]}\n";
        Files.writeString(file, line.formatted(1));
        Path other = directory.resolve("other.jsonl");
        Files.writeString(other, line.formatted(2));
        List<String> passed = new ArrayList<>();

        DrainFileLines.store(file, "tenant", "counts", read -> () -> {
            Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
            read.entries(entry -> String.valueOf(Objects.requireNonNull(entry).get("value")))
                    .forEachRemaining(passed::add);
            return true;
        });

        assertThat(passed).containsExactly("1");
    }

    /** Anybody may have written the line. */
    @Test
    void refusesAnEntryThatIsTooLarge() throws Exception {
        String large = "[" + "1,".repeat(9 << 20) + "1]";
        for (String member : List.of("\"key\":" + large, "\"entries\":[" + large + "]")) {
            Files.writeString(file, "{\"pin\":\"a\",\"map\":\"tenant\",\"holds\":\"counts\"," + member + "}\n");
            assertThatThrownBy(() -> DrainFileLines.store(file, "tenant", "counts", line -> {
                        line.entries(entry -> "").forEachRemaining(entry -> {});
                        return () -> true;
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "line 1 of " + file + " can't be read: an entry or another member has more than 16 MiB");
        }
    }

    /** Each service has its own directory, and the command drained the directory above. */
    @Test
    void mapsOfSeveralServicesAreNotMixed() throws Exception {
        Files.writeString(file, line("eth0/tenant", "tenant", "counts") + line("eth1/tenant", "tenant", "counts"));
        assertThatThrownBy(() -> store("tenant", "counts"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/sys/fs/bpf/acme/eth0/tenant, /sys/fs/bpf/acme/eth1/tenant");
        assertThat(stored).isEmpty();
    }
}
