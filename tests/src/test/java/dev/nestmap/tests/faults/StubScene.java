/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.upgrade.Stubbed.Config;
import dev.nestmap.tests.upgrade.StubbedBpf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A stub that stays attached to a function of the C library, and jumps to the program of the current version, which counts the calls. */
final class StubScene extends FaultScene {
    private static final int CALLS_AFTERWARDS = 5;

    private final PinOptions pins;
    private final Path object;
    private final long process;
    private long called;

    /**
     * @param directory where maps and link are pinned; it does not exist yet
     * @param process id of the process whose calls are counted
     */
    StubScene(Path directory, long process) {
        super(directory);
        this.pins = PinOptions.in(directory);
        this.process = process;
        // No other process runs this uprobe's program, so that the kernel skips no run of it.
        this.object = BpfObjects.of("stubbed", "-DSECTION=\"uprobe/libc.so.6:getpgid\"", "-DIS_COUNTED=IS_OF_PROCESS");
    }

    /** What each run of a service does when it starts and ends. */
    void start(int version) {
        try (StubbedBpf bpf = load(version)) {
            bpf.current().put(0L, bpf.count()); // from the next call on, this version runs
            if (!Files.exists(stub())) {
                try (KernelLink link = bpf.stub().attach()) {
                    link.pin(LinkPin.at(stub()));
                }
            }
        }
    }

    private StubbedBpf load(int version) {
        return StubbedBpf.open(object)
                .config(new Config(process, version))
                .pins(pins)
                .load();
    }

    private Path stub() {
        return directory.resolve("stub");
    }

    @Override
    boolean count() {
        Descriptors.askForProcessGroup(Math.toIntExact(process));
        called++;
        return true;
    }

    /** Requires that each call was counted once, and that the next version counts now. */
    void requireExactCounts() {
        try (StubbedBpf bpf = load(1)) {
            assertThat(counted(bpf, 0) + counted(bpf, 1)).isEqualTo(called);
            long before = counted(bpf, 1);
            for (int i = 0; i < CALLS_AFTERWARDS; i++) {
                count();
            }
            assertThat(counted(bpf, 1)).isEqualTo(before + CALLS_AFTERWARDS);
        }
    }

    private static long counted(StubbedBpf bpf, long version) {
        return Objects.requireNonNull(bpf.calls().get(version)).count();
    }

    @Override
    void closeAll() {
        if (Files.exists(stub())) {
            Nestmap.openPinnedLink(stub()).detach();
        }
    }
}
