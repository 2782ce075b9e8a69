/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import org.jspecify.annotations.Nullable;

/** An attachment in the kernel. No two are equal: they may have the same file descriptor one after the other. */
public final class KernelAttachment {
    private final int link;
    private final Runnable end;

    /** Keeps the link open while its info is read. */
    private final Mutex lock = new Mutex();

    private boolean ended;

    private final boolean takenOver;

    private KernelAttachment(int link, boolean takenOver, Runnable end) {
        this.link = link;
        this.takenOver = takenOver;
        this.end = end;
    }

    /**
     * An attachment that is no link of the kernel, or consists of several.
     *
     * @param end detaches the program, and frees the attachment's resources
     */
    public static KernelAttachment withoutLink(Runnable end) {
        return new KernelAttachment(-1, false, end);
    }

    /**
     * A link of the kernel. It detaches its program when its last file descriptor is closed, unless it is pinned.
     *
     * @param link file descriptor of the link, which the attachment owns
     */
    public static KernelAttachment ofLink(Descriptor link) {
        return new KernelAttachment(link.fd(), false, link::close);
    }

    /** Returns the same attachment with the ownership of its pinned link, which ends with the attachment. */
    KernelAttachment ownedBy(Pins.Lock owner) {
        return new KernelAttachment(
                link, takenOver, () -> new Cleanup().run(end).run(owner::close).rethrow());
    }

    /** Returns the same attachment, which replaces one of an earlier start. */
    KernelAttachment asTakenOver() {
        return new KernelAttachment(link, true, end);
    }

    /** Whether it replaces an attachment of an earlier start. */
    public boolean isTakenOver() {
        return takenOver;
    }

    /** Detaches the program and frees the attachment's resources. Called once. */
    public void end() {
        lock.holding(() -> {
            ended = true;
            end.run();
        });
    }

    /** Reads the kernel's information about the link; null if the attachment is no link or has ended. */
    public KernelLink.@Nullable Info info() {
        lock.lock();
        try {
            return link < 0 || ended ? null : LinkCalls.describe(link).info();
        } finally {
            lock.unlock();
        }
    }

    /** The file descriptor of the kernel's link; -1 if the attachment is no link or consists of several. */
    public int link() {
        return link;
    }
}
