/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.LinkTakeover;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.backend.OwnerLock;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.load.LoadSettings.Takeover;
import dev.nestmap.runtime.internal.pin.PinLock;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The takeovers of the pinned links with which a load attaches programs. The load acquires these links and the slots of the object's pinned
 * outer maps before it changes anything, so that a second service can't take the events of a running one. If the load fails later, the links
 * get their previous programs again, if the kernel can replace them.
 */
final class LinkTakeovers implements AutoCloseable {
    private final String operation;
    private final List<Takeover> takeovers;
    private final PinOptions options;

    /** The ownerships of the links, by their paths. */
    private final Map<Path, OwnerLock> links = new TreeMap<>();

    private final List<Pins.Lock> owned = new ArrayList<>();
    private final List<LinkTakeover> attached = new ArrayList<>();
    private boolean staysAttached;

    /** @param operation names the load in messages */
    LinkTakeovers(String operation, List<Takeover> takeovers, PinOptions options) {
        this.operation = operation;
        this.takeovers = takeovers;
        this.options = options;
    }

    /** Whether there are none. */
    boolean isEmpty() {
        return takeovers.isEmpty();
    }

    /**
     * Acquires the ownership of the links, and of the slots of outer maps.
     *
     * @param outerMaps the locks of the pins of outer maps
     * @throws BpfException with {@link dev.nestmap.runtime.error.Errno#EAGAIN} if another process is an owner
     */
    void own(Pins pins, Collection<PinLock> outerMaps) {
        for (Takeover takeover : takeovers) {
            Path path = path(takeover);
            if (links.put(path, OwnerLock.ofLink(pins, path, options)) != null) {
                throw new BpfException(
                        operation, "two programs are attached with the pin " + path + ": choose two paths");
            }
        }
        Stream<OwnerLock> slots = outerMaps.stream()
                .sorted(Comparator.comparing(lock -> lock.paths().outer()))
                .map(PinLock::ownerLock);
        owned.addAll(OwnerLock.acquire(
                operation, Stream.concat(links.values().stream(), slots).toList()));
    }

    private Path path(Takeover takeover) {
        return options.root().resolve(takeover.pin().path()).normalize();
    }

    /** Throws if a program could not be attached, as far as the kernel shows it before. Changes nothing. */
    void requirePossible(ObjectBackend backend) {
        for (Takeover takeover : takeovers) {
            try (LinkTakeover link = of(takeover, backend)) {
                link.requirePossible();
            }
        }
    }

    /** The ids of the programs that the object's programs replace. */
    Set<Integer> replaced(ObjectBackend backend) {
        Set<Integer> programs = new HashSet<>();
        for (Takeover takeover : takeovers) {
            try (LinkTakeover link = of(takeover, backend)) {
                programs.addAll(link.replaced());
            }
        }
        return programs;
    }

    /**
     * The pinned links in these directories that keep a program attached and are not taken over. Links without an owner's directory beside
     * them were not pinned by Nestmap.
     */
    Set<Path> others(Pins pins, Collection<Path> directories) {
        return directories.stream()
                .flatMap(directory -> pins.list(directory).stream())
                .map(OwnerLock::linkOf)
                .filter(link -> link != null && !links.containsKey(link) && isAttached(link))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A link that this process may not open counts as attached. */
    private boolean isAttached(Path link) {
        try (KernelLink pinned = BackendOperations.openLink(link, options)) {
            return pinned.info().attached();
        } catch (BpfException e) {
            return e.errno() != Errno.ENOENT; // its owner's directory is all that is left
        }
    }

    /** Attaches the programs. */
    void run(ObjectBackend backend) {
        for (Takeover takeover : takeovers) {
            LinkTakeover link = of(takeover, backend);
            attached.add(link);
            link.run(Objects.requireNonNull(links.get(path(takeover)), "the load owns each link"));
        }
    }

    /** {@link LoadSettings#takeovers} has only programs that are loaded. */
    private static LinkTakeover of(Takeover takeover, ObjectBackend backend) {
        return backend.programs().stream()
                .filter(candidate -> candidate.name().equals(takeover.program()))
                .map(program -> LoadedProgram.of(program).takeover(takeover.hook(), takeover.pin()))
                .findFirst()
                .orElseThrow();
    }

    /** Gives the links their previous programs again. Each is tried, even if another one fails. */
    void putBack() {
        Cleanup cleanup = new Cleanup();
        for (int i = attached.size() - 1; i >= 0; i--) {
            LinkTakeover link = attached.get(i);
            cleanup.run(() -> putBack(link));
        }
        cleanup.rethrow();
    }

    private void putBack(LinkTakeover link) {
        boolean isDetached = false;
        try {
            isDetached = link.putBack();
        } finally {
            if (!isDetached) {
                staysAttached = true;
            }
        }
    }

    /** Whether {@link #putBack} could not detach a program. */
    boolean staysAttached() {
        return staysAttached;
    }

    /**
     * Whether the pinned maps of a failed load may have counts, which must stay: a program was attached, even if it was detached again, or
     * it stays attached, because {@link #putBack} could not detach it.
     */
    boolean mayHaveCounted() {
        return staysAttached || attached.stream().anyMatch(LinkTakeover::mayHaveRun);
    }

    /** Releases the previous programs, and the ownership of everything that the object has not taken over. */
    @Override
    public void close() {
        new Cleanup()
                .each(attached, LinkTakeover::close)
                .each(owned, Pins.Lock::close)
                .rethrow();
    }
}
