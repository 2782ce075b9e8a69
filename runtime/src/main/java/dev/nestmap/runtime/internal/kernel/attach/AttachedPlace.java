/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.Netfilter;
import dev.nestmap.runtime.attach.PerfEvent;
import dev.nestmap.runtime.attach.Tc;
import dev.nestmap.runtime.attach.Uprobe;
import dev.nestmap.runtime.attach.Usdt;
import dev.nestmap.runtime.error.BpfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a program was attached. The name of an interface alone does not tell it: each network namespace has its own interfaces, and one that is
 * removed and made again has another index.
 *
 * @param namespace inode of the network namespace of the hook; 0 for a hook that is in none, or that the kernel lists
 * @param index index of the interface; 0 if the hook has none, or the kernel lists it
 */
public record AttachedPlace(Hook<?, ?> hook, long namespace, int index) {
    /** The place of an attachment that this thread makes. */
    public static AttachedPlace of(Hook<?, ?> hook, AttachErrors errors) {
        if (hook instanceof Tc tc) {
            return new AttachedPlace(hook, currentNamespace(), index(tc, errors));
        }
        return new AttachedPlace(hook, hook instanceof Netfilter ? currentNamespace() : 0, 0);
    }

    private static int index(Tc tc, AttachErrors errors) {
        try {
            return NetworkAttacher.index(tc.interfaceName(), errors);
        } catch (BpfException e) {
            return 0; // there is no such interface, so the attachment will fail
        }
    }

    private static long currentNamespace() {
        try {
            return ((Number) Files.getAttribute(Path.of("/proc/thread-self/ns/net"), "unix:ino")).longValue();
        } catch (IOException e) {
            return 0; // without /proc, namespaces can't be told apart
        }
    }

    /** Whether both have the same events. Options such as a priority or a cookie do not matter. */
    boolean isSame(AttachedPlace other) {
        boolean isFiltered = hook instanceof PerfEvent // of one CPU or process
                || hook instanceof PerfEvent.OnEachCpu
                || hook instanceof Uprobe
                || hook instanceof Uprobe.Multi
                || hook instanceof Usdt;
        boolean isSameHook = other.hook.equals(hook)
                || (!isFiltered
                        && other.hook.getClass() == hook.getClass()
                        && other.hook.target().equals(hook.target()));
        return isSameHook && other.namespace == namespace && other.index == index;
    }
}
