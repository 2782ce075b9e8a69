/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Updates and detaches pinned links while a successor takes them over, or when a step fails. */
@KernelTest
@Timeout(60)
@Tag("jdk-independent")
class LinkChangeTest extends PinningTest {
    private static final int XDP_PASS = 2;

    /** The pin, without the owner that an earlier attachment in this process has made. */
    private LinkPin pin() {
        endOwner("acme/count");
        return LinkPin.at(fs.path("acme/count")).withUnpinnedMaps();
    }

    private static HitCounter xdp() {
        return HitCounter.load("xdp", XDP_PASS);
    }

    /** A service that ends after its successor has taken over must not detach it. */
    @Test
    void theOldServiceDoesNotDetachTheNewProgram() throws Throwable {
        NetworkNamespace.run(() -> {
            try (HitCounter old = xdp();
                    HitCounter counter = xdp()) {
                old.program().attach(Xdp.on("lo"), pin()).close();
                KernelLink before = Nestmap.openPinnedLink(fs.path("acme/count"));
                KernelLink link = counter.program().attach(Xdp.on("lo"), pin());
                assertThatThrownBy(before::detach)
                        .hasMessageContaining("replaced the program")
                        .hasMessageContaining("It stays attached");
                before.close();
                assertThat(link.info().attached()).isTrue();
                link.detach();
            }
        });
    }

    @Test
    void aLinkWhosePinCanNotBeRemovedStaysAttached() throws Throwable {
        NetworkNamespace.run(() -> {
            try (HitCounter counter = xdp();
                    WatchedThread thread = new WatchedThread()) {
                KernelLink link = counter.program().attach(Xdp.on("lo"), pin());
                thread.run(
                        call -> call == SystemCall.UNLINK ? Errno.EPERM : null,
                        () -> assertThatThrownBy(link::detach).hasMessageContaining("removal of the pin"));
                assertThat(link.info().attached()).isTrue();
                link.detach();
                assertThat(fs.content()).containsExactly("acme");
            }
        });
    }

    @Test
    void aLinkThatTheKernelDoesNotDetachStaysPinned() throws Throwable {
        NetworkNamespace.run(() -> {
            try (HitCounter counter = xdp();
                    WatchedThread thread = new WatchedThread()) {
                KernelLink link = counter.program().attach(Xdp.on("lo"), pin());
                thread.run(
                        call -> call == SystemCall.LINK_DETACH ? Errno.ENOMEM : null,
                        () -> assertThatThrownBy(link::detach)
                                .isInstanceOfSatisfying(
                                        BpfException.class,
                                        e -> assertThat(e.errno()).isEqualTo(Errno.ENOMEM)));
                assertThat(link.info().attached()).isTrue();
                assertThat(fs.content()).containsExactly("acme", "acme/count", "acme/owner");
                link.detach();
                assertThat(fs.content()).containsExactly("acme");
            }
        });
    }

    /** Opening a pin requires only search permission on its directory. */
    @Test
    void aUserWhoMayNotOwnThePinsChangesNoLink() throws Throwable {
        NetworkNamespace.run(() -> {
            try (HitCounter old = xdp();
                    HitCounter counter = xdp();
                    WatchedThread thread = new WatchedThread()) {
                old.program().attach(Xdp.on("lo"), pin()).close();
                endOwner("acme/count");
                KernelLink link = Nestmap.openPinnedLink(fs.path("acme/count"));
                thread.run(
                        call -> call == SystemCall.FLOCK ? Errno.EACCES : null,
                        () -> assertThatThrownBy(() -> link.update(counter.program()))
                                .hasMessageContaining("nothing was changed"));
                assertThat(link.info().programId()).isEqualTo(old.program().id());
                link.detach();
            }
        });
    }

    /** The locked directory is that of another process. */
    @Test
    void aGuestChangesNoLink() throws Throwable {
        NetworkNamespace.run(() -> {
            try (HitCounter old = xdp();
                    HitCounter counter = xdp()) {
                old.program().attach(Xdp.on("lo"), pin()).close();
                endOwner("acme/count");
                KernelLink opened = Nestmap.openPinnedLink(fs.path("acme/count"));
                try (Pins.Lock owner = new KernelPins().lock(fs.path("acme/owner"), PinOptions.defaults())) {
                    assertThat(owner).isNotNull();
                    assertThatThrownBy(() -> opened.update(counter.program())).isInstanceOf(BpfException.class);
                    assertThatThrownBy(opened::detach)
                            .hasMessageContaining("owns the pins in " + fs.path("acme") + ", and nothing was changed");
                }
                opened.detach();
            }
        });
    }
}
