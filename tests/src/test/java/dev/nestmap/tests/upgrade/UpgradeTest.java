/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;

/** Base class of tests with two versions of a service, which counts packets on lo, and whose program stays attached by a pinned link. */
@ExtendWith(NetworkNamespace.class)
public abstract class UpgradeTest extends PinningTest {
    /** Where the link is pinned. */
    public static final LinkPin PIN = LinkPin.at(Path.of("count"));

    /** The first version. */
    static UpgradedBpf.Open open(PinOptions options) {
        return open(BpfObjects.of("upgraded"), options);
    }

    /** The first version, compiled by another process or with other options. */
    public static UpgradedBpf.Open open(Path object, PinOptions options) {
        return UpgradedBpf.open(object).pins(options).attachByName("count", Xdp.on("lo"), PIN);
    }

    /** The next version. */
    final UpgradedLaterBpf.Open later(String... options) {
        return withoutAttachment(options).attachByName("count", Xdp.on("lo"), PIN);
    }

    /** The next version, which leaves the attached program as it is. */
    final UpgradedLaterBpf.Open withoutAttachment(String... options) {
        return UpgradedLaterBpf.open(laterObject(options)).pins(pins);
    }

    /** The next version in another process, or with other pins. */
    public static UpgradedLaterBpf.Open later(Path object, PinOptions options) {
        return UpgradedLaterBpf.open(object).pins(options).attachByName("count", Xdp.on("lo"), PIN);
    }

    /** The object of the next version. */
    public static Path laterObject(String... options) {
        return BpfObjects.of(
                "upgraded",
                Stream.concat(Stream.of("-DLATER"), Stream.of(options)).toArray(String[]::new));
    }

    /** The packets that the first version has counted in an inner map. */
    public static long packets(UpgradedBpf.CountMap counts) {
        long[] packets = {0};
        counts.forEach(count -> packets[0] += count.packets());
        return packets[0];
    }

    /** The packets in an inner map of the next version. */
    public static long packets(UpgradedLaterBpf.CountMap counts) {
        long[] packets = {0};
        counts.forEach(count -> packets[0] += count.packets());
        return packets[0];
    }

    /** The packets that the first version has counted in the slot of tenant 1. */
    static long inSlot(UpgradedBpf bpf) {
        return Objects.requireNonNull(bpf.tenant().get(1, 0)).packets();
    }

    /** The packets that the next version has counted in the slot of tenant 1. */
    static long inSlot(UpgradedLaterBpf bpf) {
        return Objects.requireNonNull(bpf.tenant().get(1, 0)).packets();
    }

    final KernelLink link() {
        return Nestmap.openPinnedLink(PIN.path(), pins);
    }

    final int attachedProgram() {
        return attachedProgram(pins);
    }

    static int attachedProgram(PinOptions options) {
        try (KernelLink link = Nestmap.openPinnedLink(PIN.path(), options)) {
            return link.info().programId();
        }
    }
}
