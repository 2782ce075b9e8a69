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
import dev.nestmap.runtime.internal.backend.PinLockWait;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.kernel.pin.LinkPins;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
                KernelLink before = old.program().attach(Xdp.on("lo"), pin());
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
                assertThat(fs.content()).containsExactly("acme", "acme/count", "acme/count-owner");
                link.detach();
                assertThat(fs.content()).containsExactly("acme");
            }
        });
    }

    /** The service ends while another one holds the lock of the link, which it may do for half a minute. */
    @Test
    void aDetachmentThatWaitsDelaysNoClosing() throws Throwable {
        NetworkNamespace.run(() -> {
            HitCounter counter = xdp();
            KernelLink link = counter.program().attach(Xdp.on("lo"), pin());
            FutureTask<Void> detachment = new FutureTask<>(link::detach, null);
            FutureTask<Void> closing = new FutureTask<>(
                    () -> {
                        link.close();
                        counter.close();
                    },
                    null);
            Thread detaching = new Thread(detachment);
            try (Pins.Lock successor =
                    new KernelPins().lock(fs.path("acme/count-owner/change"), PinOptions.defaults())) {
                assertThat(successor).isNotNull();
                detaching.start();
                while (!waitsForPins(detaching)) {
                    assertThat(detachment.isDone()).as("the detachment waits").isFalse();
                    Thread.onSpinWait();
                }
                new Thread(closing).start();
                closing.get(20, TimeUnit.SECONDS);
                assertThatThrownBy(() -> detachment.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(BpfException.class);
            }
            assertThat(fs.content()).contains("acme/count", "acme/count-owner");
            Nestmap.openPinnedLink(fs.path("acme/count")).detach();
            assertThat(fs.content()).containsExactly("acme");
        });
    }

    /** Opening a pin requires only search permission on its directory. */
    @Test
    void aProcessThatMayNotListTheDirectoryUpdatesALink() throws Throwable {
        NetworkNamespace.run(() -> {
            try (HitCounter old = xdp();
                    HitCounter counter = xdp();
                    WatchedThread thread = new WatchedThread()) {
                KernelLink link = old.program().attach(Xdp.on("lo"), pin());
                thread.run(
                        call -> call == SystemCall.FLOCK ? Errno.EACCES : null, () -> link.update(counter.program()));
                assertThat(link.info().programId()).isEqualTo(counter.program().id());
                link.detach();
            }
        });
    }

    /** The successor takes over after the old service has begun to change the link. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theOldServiceWaitsForASuccessorThatIsTakingOver(boolean updates) throws Throwable {
        NetworkNamespace.run(() -> {
            try (HitCounter old = xdp();
                    HitCounter newer = xdp();
                    HitCounter counter = xdp()) {
                KernelLink before = old.program().attach(Xdp.on("lo"), pin());
                FutureTask<Void> change = new FutureTask<>(
                        () -> {
                            if (updates) {
                                before.update(newer.program());
                            } else {
                                before.detach();
                            }
                        },
                        null);
                Thread thread = new Thread(change);
                Pins.Lock successor = new KernelPins().lock(fs.path("acme/count-owner/change"), PinOptions.defaults());
                try (successor) {
                    thread.start();
                    while (!waitsForPins(thread)) {
                        assertThat(change.isDone()).as("the change waits").isFalse();
                        Thread.onSpinWait();
                    }
                    replaceProgram(fs.path("acme/count"), counter);
                }
                assertThatThrownBy(change::get).hasMessageContaining("replaced the program");
                assertThat(before.info().programId())
                        .isEqualTo(counter.program().id());
                before.close();
                Nestmap.openPinnedLink(fs.path("acme/count")).detach();
            }
        });
    }

    private static boolean waitsForPins(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(PinLockWait.class.getName()));
    }

    private static void replaceProgram(Path pinnedLink, HitCounter counter) {
        try (Descriptor link = new LinkPins(PinOptions.defaults()).open(pinnedLink);
                Descriptor program = new Descriptor(NativeLibraries.libbpf()
                        .bpf_prog_get_fd_by_id(Math.toIntExact(counter.program().id())))) {
            assertThat(LinkCalls.update(link.fd(), program.fd(), -1)).isZero();
        }
    }
}
