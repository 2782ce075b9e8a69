/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever system call fails while something is opened or closed: each descriptor is closed once, and none stays open. */
@KernelTest
@Timeout(300)
@ExtendWith(NetworkNamespace.class)
class DescriptorTest {
    /** What has a descriptor. */
    enum Opening {
        PINNED_MAP(scene -> {
            Pins pins = scene.pins();
            Objects.requireNonNull(pins.open(scene.pin("visit"), MapAccess.READ_WRITE))
                    .close();
        }),
        PINNED_PER_CPU_MAP(scene -> {
            Pins pins = scene.pins();
            Objects.requireNonNull(pins.open(scene.pin("share"), MapAccess.READ_ONLY))
                    .close();
        }),
        MAP_BY_ID(scene ->
                Objects.requireNonNull(scene.maps().open(scene.visit().id())).close()),
        NEW_MAP(scene -> scene.maps().create(scene.visit().shape(), null).close()),
        DUPLICATE(scene -> scene.visit().duplicate().close()),
        NEW_PIN(scene -> {
            scene.pins().pin(scene.visit(), scene.pin("new"), PinOptions.defaults());
            scene.pins().remove(scene.pin("new"));
        }),
        LIST_OF_PINS(scene -> scene.pins().list(scene.directory())),
        LOCK(scene -> {
            try (Pins.Lock lock = scene.pins().lock(scene.directory(), PinOptions.defaults())) {
                Objects.requireNonNull(lock).isCurrent();
            }
        }),
        LINK(scene -> scene.bpf().program("count").attach(Xdp.on("lo")).close()),
        PINNED_LINK(scene -> {
            scene.attachPinned().close();
            try (KernelLink link = Nestmap.openPinnedLink(scene.pin("link"))) {
                link.detach();
            }
        }),
        LINK_TAKEN_OVER(scene -> {
            scene.attachPinned().close();
            scene.attachPinned().close();
        }),
        OVERLAPPING_LINK(scene -> {
            scene.attachOverlapping().close();
            scene.attachOverlapping().close();
        }),
        PERF_EVENTS(scene -> {
            try (FaultedBpf fresh = scene.load()) {
                fresh.traced().open(4096);
            }
        });

        @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
        private final Consumer<DescriptorScene> action;

        Opening(Consumer<DescriptorScene> action) {
            this.action = action;
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyDescriptorIsClosedOnce(Opening opening) throws IOException {
        Path object = BpfObjects.of("faulted");
        try (BpfFs fs = BpfFs.mount();
                DescriptorScene scene = new DescriptorScene(fs.path("descriptors"), object)) {
            List<SystemCall> calls = scene.record(opening.action);
            List<String> violations = new ArrayList<>();
            for (int index = 0; index < calls.size(); index++) {
                Errno errno = calls.get(index).errors().get(0);
                String wrong = scene.fail(opening.action, index, errno);
                if (!wrong.isEmpty()) {
                    violations.add(errno + " from call " + index + " of " + calls + ": " + wrong);
                }
            }
            assertThat(violations).isEmpty();
        }
    }
}
