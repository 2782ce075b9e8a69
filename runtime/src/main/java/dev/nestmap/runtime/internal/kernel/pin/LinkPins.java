/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.PinLockWait;
import dev.nestmap.runtime.internal.backend.PinPermissions;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Pins of links and programs in a BPF file system. */
public final class LinkPins {
    private final KernelPins pins;
    private final PinOptions options;

    /** @param options the directory of relative paths, and the permissions and owner of new pins */
    public LinkPins(PinOptions options) {
        this.pins = new KernelPins(options);
        this.options = options;
    }

    /** The path of a pin as an absolute path. */
    public Path resolve(Path path) {
        return options.root().resolve(path).normalize();
    }

    /**
     * Pins a link or a program.
     *
     * @param what names it in messages
     * @param path an absolute path
     */
    public void pin(int fd, String what, Path path) {
        pins.pin(fd, path, options, new PinErrors("pinning of " + what + " at " + path, path));
    }

    /** Opens a pinned link, which the caller closes. Returns -1 if nothing is pinned there. */
    public int open(Path path) {
        PinErrors errors = new PinErrors("opening of the pinned link " + path, path);
        return pins.open(path, KernelPins.Type.LINK, PinAccess.READ_WRITE, errors);
    }

    /**
     * Opens a pinned link that runs, which the caller closes. Removes its pin if it does not run any more.
     *
     * @param check throws if the link is not one that the caller expects; then its pin stays
     * @return -1 if there is no link that runs
     */
    public int openRunning(Path path, Consumer<KernelLink.Info> check) {
        int link = open(path);
        if (link < 0) {
            return -1;
        }
        try (Undo undo = new Undo(() -> Native.libc().close(link))) {
            KernelLink.Info info = LinkCalls.describe(link).info();
            check.accept(info);
            if (info.attached()) {
                return undo.commit(link);
            }
            remove(path, info.id());
            return -1;
        }
    }

    /** Removes the pin of this link. Does nothing if another link is pinned there by now. */
    public void remove(Path path, int linkId) {
        int pinned = open(path);
        if (pinned >= 0 && LinkCalls.close(pinned) == linkId) {
            pins.remove(path);
        }
    }

    /** Whether something is pinned at an absolute path. */
    public boolean exists(Path path) {
        return pins.exists(path);
    }

    /** Moves a pin to another path in the same directory, and replaces the pin that exists there. */
    public void move(Path from, Path to) {
        pins.move(from, to);
    }

    /** Runs an action while no other process changes pinned links in the same directory. */
    public <T> T locked(Path path, Supplier<T> action) {
        return holding(lock(path), action);
    }

    /** Does the same, but without the lock if this process may open the link and not its directory. */
    public <T> T lockedIfAllowed(Path path, Supplier<T> action) {
        Pins.Lock lock;
        try {
            lock = lock(path);
        } catch (BpfException e) {
            if (e.errno() == Errno.EACCES) {
                return action.get();
            }
            throw e;
        }
        return holding(lock, action);
    }

    private static <T> T holding(Pins.Lock lock, Supplier<T> action) {
        try {
            return action.get();
        } finally {
            lock.close();
        }
    }

    private Pins.Lock lock(Path path) {
        Path directory = KernelPins.parent(path);
        Pins.Lock lock = PinLockWait.acquire(() -> pins.lock(directory, PinPermissions.forWriters(options)));
        if (lock == null) {
            throw new BpfException(
                    "change of the pinned link " + path,
                    "another process has held the lock of " + directory + " for " + PinLockWait.PATIENCE_SECONDS
                            + " s. Try again when it has ended");
        }
        return lock;
    }
}
