/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.tests.kernel.TextKeys.Account;
import dev.nestmap.tests.kernel.TextKeys.Known;
import dev.nestmap.tests.kernel.TextKeys.Login;
import dev.nestmap.tests.kernel.TextKeys.Path;
import dev.nestmap.tests.kernel.TextKeys.Seen;
import dev.nestmap.tests.kernel.TextKeys.Use;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel compares the bytes after the end of a text in a key. The generated helpers clear them, and Java reports them. */
@KernelTest
class KernelTextKeysTest {
    private static final int PACKETS = 10;
    private static final Account ROOT = new Account(7, "root");

    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void bytesAfterTheEndOfATextMakeNoOtherKey(InstalledClang clang) {
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                TextKeysBpf maps =
                        TextKeysBpf.open(BpfObjects.of("text_keys", clang)).load();
                OnDemandServer<String> sites = maps.site()
                        .serveRequests(
                                OnDemandServer.Options.defaults().withPollInterval(Duration.ofDays(1)), missed -> {})) {
            maps.zone().create("central");
            maps.realm().create(ROOT);
            assertThat(run(maps, "count", PACKETS)).isEqualTo(2);
            assertThat(sites.serve()).isOne();
            for (int salt = 0; salt < PACKETS; salt++) {
                assertThat(run(maps, "count", salt)).isEqualTo(3);
                assertThat(run(maps, "count_long", salt)).isOne();
            }

            assertThat(use(maps.zone().get("central", "web"))).isEqualTo(PACKETS + 1);
            assertThat(use(maps.site().get("hall", "web"))).isEqualTo(PACKETS);
            assertThat(maps.seen().get("web")).isEqualTo(new Seen("web", PACKETS));
            assertThat(Objects.requireNonNull(maps.realm().get(ROOT, ROOT)).stream()
                            .mapToLong(Login::count)
                            .sum())
                    .isEqualTo(PACKETS + 1);
            maps.zone().drainAll(drained -> assertThat(drained.map()).containsExactly(new Use("web", PACKETS + 1)));
            assertThat(log.messages()).isEmpty();
        }
    }

    /** The kernel hashes all bytes of a value of a Bloom filter. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void bloomFiltersFindValuesWhateverFollowsATextOrPadsAStruct(InstalledClang clang) {
        try (TextKeysBpf maps =
                TextKeysBpf.open(BpfObjects.of("text_keys", clang)).load()) {
            assertThat(run(maps, "know", 0)).isEqualTo(3);
            assertThat(run(maps, "know", 1)).isZero(); // adds
            for (int salt = 2; salt < PACKETS; salt++) {
                assertThat(run(maps, "know", salt)).isEqualTo(2);
            }
            assertThat(maps.known().mightContain(new Known("web", 7, 9))).isTrue();
        }
        try (TextKeysBpf maps =
                TextKeysBpf.open(BpfObjects.of("text_keys", clang)).load()) {
            maps.known().add(new Known("a long name", 255, 0xffffffffL)); // leaves its bytes in the memory of the next
            maps.known().add(new Known("web", 7, 9));
            assertThat(run(maps, "know", 2)).isEqualTo(2);
        }
    }

    /** A copy of such a key would take too much of a program's stack. */
    @Test
    void javaReportsEntriesThatItCannotFind() {
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                TextKeysBpf maps = TextKeysBpf.open(BpfObjects.of("text_keys", InstalledClang.newest()))
                        .load()) {
            run(maps, "count_longer", 0);
            assertThat(maps.path()).containsExactly(new Path("/etc", 1));
            assertThat(log.messages()).isEmpty();

            run(maps, "count_longer", 'x');

            List<Path> read = new ArrayList<>();
            maps.path().forEach(read::add);
            assertThat(read).containsExactly(new Path("/etc", 1), new Path("/etc", 1));
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .startsWith("map path has an entry whose key /etc has the bytes 2f65746300" + "78".repeat(124)
                            + " instead of 2f65746300" + "00".repeat(124) + ": ");
        }
    }

    private static long use(TextKeys.@Nullable Use found) {
        return Objects.requireNonNull(found).count();
    }

    private static int run(LoadedObject object, String program, int salt) {
        byte[] packet = new byte[64];
        packet[0] = (byte) salt;
        return object.program(program).testRun(TestRun.Input.packet(packet)).returnValue();
    }
}
