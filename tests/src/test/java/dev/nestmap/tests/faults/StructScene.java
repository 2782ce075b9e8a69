/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.tests.attached.CongestionBpf;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Loaded objects with a congestion control of TCP, a struct whose functions the kernel calls, and the pin of its link. */
final class StructScene implements FaultScene {
    private static final Path ATTACHED = Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control");
    private static final String STRUCT = "counted";

    /** The kernel has one list of congestion controls for all network namespaces, and {@code StructOpsTest} may run at the same time. */
    private static final String NAME = "nestmap_faults";

    private final Path directory;
    private final Path object;
    private final List<CongestionBpf> loaded = new ArrayList<>();

    /** @param directory where links are pinned; it does not exist yet */
    StructScene(Path directory) {
        this.directory = directory;
        this.object = BpfObjects.of(
                "congestion", "-DSECTION=\".struct_ops.link\"", "-DNAME=\"" + NAME + "\"", BpfObjects.ARCHITECTURE);
    }

    /** Loads the object once more. Objects that were loaded before stay open, as those of an earlier process would. */
    void load() {
        loaded.add(CongestionBpf.load(object));
    }

    Path pin() {
        return directory.resolve("congestion");
    }

    Link attach() {
        requireDetached();
        return newest().attachStructOps(STRUCT);
    }

    Link attachPinned() {
        requireDetached();
        return replacePinned();
    }

    /** Attaches in place of the pinned struct. */
    Link replacePinned() {
        return newest().attachStructOps(STRUCT, LinkPin.at(pin()));
    }

    /** Detaches as another process does, if that is not done yet. */
    void detach() {
        try (KernelLink link = Nestmap.openPinnedLink(pin())) {
            link.detach();
        } catch (BpfException e) {
            if (!String.valueOf(e.getMessage()).contains("nothing is pinned there")) {
                throw e;
            }
        }
    }

    /** Requires that the pinned link belongs to the struct of the newest object. */
    void requireNewestStruct() {
        try (KernelLink link = Nestmap.openPinnedLink(pin())) {
            assertThat(link.info().target())
                    .isEqualTo(UntypedMap.of(newest(), STRUCT).id());
            assertThat(link.info().attached()).isTrue();
        }
    }

    void requireAttached() {
        assertThat(isAttached()).isTrue();
    }

    /** Waits until the struct is not attached, at most a minute: the kernel ends links in the background. */
    void requireDetached() {
        for (long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1); isAttached(); ) {
            assertThat(System.nanoTime())
                    .as("%s is still attached after a minute", NAME)
                    .isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Reads at most twice, because the injected fault may hit the first attempt. */
    private static boolean isAttached() {
        try {
            return attached().contains(NAME);
        } catch (UncheckedIOException e) {
            return attached().contains(NAME);
        }
    }

    private static String attached() {
        try {
            return Files.readString(ATTACHED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CongestionBpf newest() {
        return loaded.get(loaded.size() - 1);
    }

    @Override
    public List<String> content() {
        return FaultScene.files(directory);
    }

    @Override
    public void close() {
        detach();
        loaded.forEach(CongestionBpf::close);
        requireDetached();
        FaultScene.remove(directory);
    }
}
