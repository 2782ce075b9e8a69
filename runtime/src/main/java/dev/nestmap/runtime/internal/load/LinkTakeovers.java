/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.backend.PinClaim;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.kernel.attach.PinnedLinkAttacher;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.kernel.object.AttachedLink;
import dev.nestmap.runtime.internal.kernel.object.KernelObject;
import dev.nestmap.runtime.internal.load.LoadSettings.Takeover;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The takeovers of the pinned links with which a load attaches programs. The load acquires these links and the object's pins
 * before it changes anything, so that a second service can't take the events of a running one. If the load fails later, the links
 * get their previous programs again, if the kernel can replace them.
 */
final class LinkTakeovers implements AutoCloseable {
    private final String operation;
    private final List<Takeover> takeovers;
    private final PinOptions options;

    /** The claims of the links, by their paths. */
    private final Map<Path, PinClaim> links = new TreeMap<>();

    private final List<Pins.Lock> owned = new ArrayList<>();

    /** What attaches the programs that are loaded, in this order. */
    private final Map<Takeover, PinnedLinkAttacher> attaching = new LinkedHashMap<>();

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
     * Acquires the claims of the links and of the object's pins.
     *
     * @param isNeeded returns false if a load without links need not change a pin any more, because the owner has done it
     * @throws BpfException with {@link Errno#EAGAIN} if another process is an owner
     */
    void own(Pins pins, Collection<ClaimedPin> maps, BooleanSupplier isNeeded) {
        for (Takeover takeover : takeovers) {
            Path path = path(takeover);
            if (links.put(path, new PinClaim(pins, path, options)) != null) {
                throw BpfException.of(Reason.WRONG_USE, operation)
                        .because("two programs are attached with the pin " + path + ": choose two paths");
            }
        }
        owned.addAll(PinClaim.acquire(
                operation,
                Stream.concat(links.values().stream(), maps.stream().map(ClaimedPin::claim))
                        .toList(),
                () -> !links.isEmpty() || isNeeded.getAsBoolean()));
    }

    private Path path(Takeover takeover) {
        return options.root().resolve(takeover.pin().path()).normalize();
    }

    /** Throws if a program could not be attached, as far as the kernel shows it before. Changes nothing. */
    void requirePossible(ObjectBackend backend) {
        takeovers.forEach(takeover -> attaching.put(
                takeover, ((KernelObject) backend).takeover(takeover.program(), takeover.hook(), takeover.pin())));
        attaching.values().forEach(PinnedLinkAttacher::requirePossible);
    }

    /** The ids of the programs that the object's programs replace at each place, as far as this process may list links. */
    Set<Integer> replaced() {
        Map<Integer, Integer> programs = new HashMap<>();
        attaching.values().forEach(link -> link.replaced().forEach(old -> programs.put(old.id(), old.programId())));
        if (programs.isEmpty()) {
            return Set.of();
        }
        Set<Integer> replaced = new HashSet<>(programs.values());
        LinkCalls.all().stream()
                .filter(other -> other.attached() && !programs.containsKey(other.id()))
                .forEach(other -> replaced.remove(other.programId()));
        return replaced;
    }

    /** The pinned links among the files of sets that keep a program attached, as far as this process may know, and are not taken over. */
    Set<Path> others(Collection<Pins.Listed> files) {
        return files.stream()
                .filter(Pins.Listed::isPin)
                .map(Pins.Listed::path)
                // The kernel has files of its own in a BPF file system, and refuses pins with a dot.
                .filter(file -> !String.valueOf(file.getFileName()).contains("."))
                .filter(file -> !links.containsKey(file) && isAttached(file))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Describes the program of a pinned link that uses one of these maps. Null if it does not, if another object of this process has the link, or if this
     * process may not read the program (CAP_SYS_ADMIN).
     */
    @Nullable
    String programOf(Path file, Set<Integer> maps) {
        if (PinClaim.isClaimed(file)) {
            return null;
        }
        try (KernelLink pinned = AttachedLink.open(file, options)) {
            ProgramInfo program = ProgramInfo.ofId(pinned.info().programId());
            return program == null || Collections.disjoint(program.mapIds(), maps)
                    ? null
                    : program.name() + " (" + pinned.info() + ")";
        } catch (BpfException e) {
            if (e.reason() == Reason.NOT_PERMITTED || e.reason() == Reason.NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    private boolean isAttached(Path file) {
        try (KernelLink pinned = AttachedLink.open(file, options)) {
            return pinned.info().attached();
        } catch (BpfException e) {
            // Another user's link may keep a program attached. Anything else is no link.
            return e.reason() == Reason.NOT_PERMITTED;
        }
    }

    /** Attaches the programs. */
    void run() {
        attaching.forEach((takeover, link) ->
                link.run(Objects.requireNonNull(links.get(path(takeover)), "the load owns each link")));
    }

    /** Gives the links their previous programs again. Each is tried, even if another one fails. */
    void putBack() {
        List<PinnedLinkAttacher> latest = new ArrayList<>(attaching.values());
        Collections.reverse(latest);
        new Cleanup().each(latest, this::putBack).rethrow();
    }

    private void putBack(PinnedLinkAttacher link) {
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
        return staysAttached || attaching.values().stream().anyMatch(PinnedLinkAttacher::mayHaveRun);
    }

    /** Releases the previous programs, and the ownership of everything that the object has not taken over. */
    @Override
    public void close() {
        new Cleanup()
                .each(attaching.values(), PinnedLinkAttacher::close)
                .each(owned, Pins.Lock::close)
                .rethrow();
    }
}
