/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.OpenObject;
import dev.nestmap.runtime.attach.Kprobe;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.NativeBytes;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An upgrade that is refused, for each reason of a refusal: the pins stay as they are, the previous version starts and counts on, and a
 * corrected upgrade hands out every count.
 */
@KernelTest
@Timeout(60)
class KernelRefusedUpgradeTest extends UpgradeTest {
    private static final int PACKETS = 7;

    private int sent;

    private static Path object(String version) {
        return BpfObjects.of("kept", "-DVERSION=\"" + version + ".bpf.h\"");
    }

    private <T extends LoadedObject, S extends OpenObject<T, S>> S attached(S open) {
        return open.pins(pins).attachByName("count", Xdp.on("lo"), PIN);
    }

    private KeptLaterBpf.Open later() {
        return attached(KeptLaterBpf.open(object("kept_later")).onlyPrograms("count", "probe"))
                .prepare(loaded -> {
                    loaded.tenant().getOrCreate(1);
                    loaded.other().getOrCreate(1);
                });
    }

    private KeptLockedBpf.Open locked(String... programs) {
        return attached(KeptLockedBpf.open(object("kept_locked")).onlyPrograms(programs));
    }

    private void send() {
        LoopbackSocket.exchange(PACKETS);
        sent += PACKETS;
    }

    private void startPrevious() {
        try (KeptBpf bpf = attached(KeptBpf.open(object("kept"))).load()) {
            if (bpf.other().get(1) == null) {
                RawSlots.put(
                        bpf.other().id(),
                        RawSlots.slot(1).bytes(),
                        bpf.tenant().getOrCreate(1).id());
            }
            bpf.tenant().getOrCreate(2);
            bpf.tenant().getOrCreate(3);
            bpf.tenant().getOrCreate(4);
            send();
        }
    }

    /** A load that is refused with a message, or null if nothing is wrong with it, and a corrected load. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    enum Reason {
        /** The outer maps share the inner map also after the upgrade. */
        SHARED_SLOTS(null, null, KernelRefusedUpgradeTest::later),

        /** The pinned map of requests also gets another size, which is no reason for a refusal. */
        A_MAP_THAT_THE_OBJECT_PINS(
                "a different map is pinned",
                test -> test.locked("count"),
                test -> test.locked("count").withoutAutoPins()),
        A_PROGRAM_THAT_MAY_INTERRUPT(
                "program trace (raw_tp) uses it",
                test -> test.locked("count", "trace").withoutAutoPins(),
                test -> test.locked("count").withoutAutoPins()),
        AN_ATTACHMENT(
                "no_such_function",
                test -> test.attached(KeptLaterBpf.open(object("kept_later"))
                        .onlyPrograms("count", "probe")
                        .attachByName(
                                "probe",
                                Kprobe.onEntry("no_such_function"),
                                LinkPin.at(Path.of("probe")).withReplacement(LinkPin.Replacement.GAP))),
                KernelRefusedUpgradeTest::later);

        private final @Nullable String message;
        private final @Nullable Function<KernelRefusedUpgradeTest, OpenObject<?, ?>> refused;
        private final Function<KernelRefusedUpgradeTest, OpenObject<?, ?>> corrected;

        Reason(
                @Nullable String message,
                @Nullable Function<KernelRefusedUpgradeTest, OpenObject<?, ?>> refused,
                Function<KernelRefusedUpgradeTest, OpenObject<?, ?>> corrected) {
            this.message = message;
            this.refused = refused;
            this.corrected = corrected;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "A_MAP_THAT_THE_OBJECT_PINS, false",
        "A_MAP_THAT_THE_OBJECT_PINS, true",
        "SHARED_SLOTS, false",
        "A_PROGRAM_THAT_MAY_INTERRUPT, false",
        "A_PROGRAM_THAT_MAY_INTERRUPT, true",
        "AN_ATTACHMENT, false",
        "AN_ATTACHMENT, true"
    })
    void changesNothing(Reason reason, boolean previousStartsAgain) throws IOException {
        startPrevious();
        List<String> before = files();
        if (reason.refused != null) {
            OpenObject<?, ?> refused = reason.refused.apply(this);
            assertBpfException(refused::load).hasMessageContaining(reason.message);
            assertThat(files()).isEqualTo(before);
            send();
        }
        if (previousStartsAgain) {
            startPrevious();
        }
        reason.corrected.apply(this).load().close();
        send();
        assertThat(counted()).isEqualTo(sent);
    }

    /** The previous version can start again, and the counts of the program that has run wait for the corrected upgrade. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFailureAfterAProgramHasRunLosesNothing(boolean previousStartsAgain) throws IOException {
        startPrevious();
        LinkPin probe = LinkPin.at(Path.of("probe")).withReplacement(LinkPin.Replacement.GAP);
        OpenObject<?, ?> failing = later().attachByName("probe", Kprobe.onEntry("security_file_open"), probe);
        AtomicBoolean isReplaced = new AtomicBoolean();
        WatchedThread.watch(
                call -> {
                    if (call == SystemCall.LINK_UPDATE) {
                        isReplaced.set(true);
                    }
                    if (call != SystemCall.LINK_CREATE || !isReplaced.get()) {
                        return null;
                    }
                    send(); // the program that was attached first counts it
                    return Errno.ENOMEM;
                },
                () -> assertBpfException(failing::load));
        assertThat(fs.content())
                .filteredOn(file -> file.matches("(tenant|other)-retired-[0-9]+/[0-9].*"))
                .hasSize(4);
        send(); // the previous program counts it
        if (previousStartsAgain) {
            startPrevious();
        }
        later().load().close();
        send();
        assertThat(counted()).isEqualTo(sent);
        assertThat(fs.content()).noneMatch(file -> file.contains("-retired"));
    }

    /** The pins, without directories that were locked. */
    private List<String> files() throws IOException {
        return fs.content().stream()
                .filter(file -> !file.matches(".*-(draining|owner)"))
                .toList();
    }

    /** The packets in the inner maps that are in slots or were handed out, each map once. */
    private long counted() throws IOException {
        Map<Integer, Long> packets = new HashMap<>();
        for (String file : fs.content()) {
            if (file.matches(".*-(inner|draining(-[0-9]+)?)/[0-9].*") && !file.contains("-requests-")) {
                try (UntypedMap.Owned map =
                        Objects.requireNonNull(UntypedMap.openPinned(fs.path(file), MapAccess.READ_ONLY))) {
                    long[] sum = {0};
                    map.forEach(entry -> sum[0] += NativeBytes.read(entry.value())
                            .getLong(
                                    entry.value().size() == 2 * Long.BYTES
                                            ? 0
                                            : Long.BYTES)); // in later versions after drops
                    packets.put(map.id(), sum[0]);
                }
            }
        }
        return packets.values().stream().mapToLong(Long::longValue).sum();
    }
}
