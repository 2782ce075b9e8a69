/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.program.Link;
import dev.nestmap.runtime.testing.KernelOption;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledCommand;
import dev.nestmap.tests.upgrade.Stubbed.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Platform;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Upgrades of programs whose links the kernel can't update, without a gap and without an overlap: a stub stays attached and jumps through a
 * program array. The guide shows this pattern.
 */
@KernelTest
@Timeout(300) // in an emulated machine
class StubUpgradeTest extends PinningTest {
    private static final int UPGRADES = 50;
    private static final int CALLERS = 2;
    private static final boolean IS_X86 = "amd64".equals(System.getProperty("os.arch"));

    /** Where the stub is attached: what runs once for each call of getpgid. */
    enum Place {
        /** Runs for every system call. The second argument is the number of the call. */
        RAW_TRACEPOINT("raw_tp/sys_enter"),
        KPROBE("kprobe/" + function()),
        FENTRY("fentry/" + function());

        private final String section;

        Place(String section) {
            this.section = section;
        }

        private static String function() {
            return IS_X86 ? "__x64_sys_getpgid" : "__arm64_sys_getpgid";
        }

        void assume() {
            if (this == KPROBE) {
                KernelOption.KPROBES.assume();
            } else if (this == FENTRY) {
                KernelOption.FENTRY.assume();
            }
        }

        Path object() {
            String isCall = this == RAW_TRACEPOINT ? "((__u64 *)ctx)[1] == " + (IS_X86 ? 121 : 155) : "1";
            return BpfObjects.of("stubbed", "-DSECTION=\"" + section + "\"", "-DIS_CALL=" + isCall);
        }
    }

    /** The function that the callers call. The C library makes a system call for each call. */
    public interface LibC {
        int getpgid(int process);
    }

    @ParameterizedTest
    @EnumSource
    void eachCallIsCountedByOneVersion(Place place) throws Exception {
        place.assume();
        StubbedBpf current = start(place, 0);
        AtomicBoolean ended = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Future<Long>> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(threads.submit(() -> callUntil(ended)));
            }
            for (int version = 1; version <= UPGRADES; version++) {
                StubbedBpf next = start(place, version % 2);
                current.close();
                current = next;
            }
            ended.set(true);
            long called = 0;
            for (Future<Long> caller : callers) {
                called += caller.get();
            }
            long even = counted(current, 0);
            long odd = counted(current, 1);
            long skipped = skipped();
            System.out.printf(
                    "%s: %d upgrades, %d calls, %d counted, %d skipped%n",
                    place, UPGRADES, called, even + odd, skipped);
            assertThat(even + odd + skipped).isEqualTo(called);
            assertThat(even).isPositive();
            assertThat(odd).isPositive();
        } finally {
            ended.set(true);
            threads.shutdown();
            current.close();
            LoadedObject.openPinnedLink(fs.path("stub")).detach();
        }
    }

    /** What each run of a service does when it starts. */
    private StubbedBpf start(Place place, int version) {
        StubbedBpf bpf = StubbedBpf.open(place.object())
                .config(new Config(ProcessHandle.current().pid(), version))
                .pins(pins)
                .load();
        bpf.current().put(0L, bpf.count()); // from the next event on, this version runs
        if (!Files.exists(fs.path("stub"))) {
            try (Link link = bpf.stub().attach()) {
                link.pin(fs.path("stub"));
            }
        }
        return bpf;
    }

    /**
     * How often the kernel did not run the stub, because a thread that had been interrupted in it had the same CPU. This happens to programs
     * of kernel functions without upgrades too.
     */
    private long skipped() {
        InstalledCommand.needInstalled("bpftool");
        try (Link link = LoadedObject.openPinnedLink(fs.path("stub"))) {
            String info = InstalledCommand.run(
                            "bpftool",
                            "-j",
                            "prog",
                            "show",
                            "id",
                            Integer.toString(link.info().programId()))
                    .succeeded()
                    .output();
            Matcher misses = Pattern.compile("\"recursion_misses\":(\\d+)").matcher(info);
            return misses.find() ? Long.parseLong(misses.group(1)) : 0; // bpftool leaves it out if it is 0
        }
    }

    private static long callUntil(AtomicBoolean ended) {
        LibC libc = LibraryLoader.create(LibC.class)
                .load(Platform.getNativePlatform().getStandardCLibraryName());
        long calls = 0;
        while (!ended.get()) {
            libc.getpgid(0);
            calls++;
        }
        return calls;
    }

    private static long counted(StubbedBpf bpf, long version) {
        return Objects.requireNonNull(bpf.calls().get(version)).count();
    }
}
