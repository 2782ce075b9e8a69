/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.PinClaim;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.PinNames;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Pins of links and programs in a BPF file system. */
public final class LinkPins {
    private final KernelPins pins;
    private final PinOptions options;

    /** The claims of pinned links, by their paths. */
    private final Map<Path, PinClaim> claims = new ConcurrentHashMap<>();

    private volatile Consumer<String> mapCheck = operation -> {};
    private volatile Map<Integer, String> pinnedMaps = Map.of();
    private volatile Map<Integer, String> unpinnedMaps = Map.of();

    /**
     * Pins of the links of an object.
     *
     * @param pins those of its load, which holds the directories open while it owns them
     * @param options the directory of relative paths, and the permissions of new pins
     */
    public LinkPins(KernelPins pins, PinOptions options) {
        this.pins = pins;
        this.options = options;
    }

    /** Pins of links that may belong to another user. */
    public LinkPins(PinAttributes attributes) {
        this(new KernelPins(attributes), attributes.options());
    }

    /**
     * Sets the maps in which programs may count, by their ids, and what {@link #requireCurrentMaps} does. {@link #requirePinnedMaps} rejects those
     * without a pin.
     */
    public void checkAttachments(Map<Integer, String> pinned, Map<Integer, String> unpinned, Consumer<String> check) {
        pinnedMaps = Map.copyOf(pinned);
        unpinnedMaps = Map.copyOf(unpinned);
        mapCheck = check;
    }

    /**
     * Throws if another map is pinned by now than the one that the object's programs use, or if somebody is just replacing them. Another process may
     * have replaced the maps before this one owned the link. If it does so later, it attaches its program later, too.
     */
    public void requireCurrentMaps(String operation) {
        mapCheck.accept(operation);
    }

    /** Does the same for a program that uses these maps, unless it counts in none that is pinned. Called directly before it is attached without a pin. */
    public void requireCurrentMaps(String operation, Set<Integer> used) {
        if (!pinnedMaps(used).isEmpty()) {
            mapCheck.accept(operation);
        }
    }

    /** The pinned maps among these in which programs may count: their names by their ids. */
    public Map<Integer, String> pinnedMaps(Set<Integer> used) {
        Map<Integer, String> names = new HashMap<>(pinnedMaps);
        names.keySet().retainAll(used);
        return names;
    }

    /** Warns of a program that ends with the process, and counts in maps that do not, unless the options accept this. */
    public void warnOfUnpinnedLink(String operation, String program, Set<Integer> used) {
        Map<Integer, String> counted = options.acceptsUnpinnedLinks() ? Map.of() : pinnedMaps(used);
        if (!counted.isEmpty()) {
            WarningLog.RUNTIME.warn(
                    "unpinned link of " + program,
                    ErrorTable.message(
                            "LINK_WITHOUT_PIN",
                            operation,
                            counted.values().stream().sorted().collect(Collectors.joining(", "))));
        }
    }

    /** Throws if a program uses maps without pins. */
    public void requirePinnedMaps(String operation, Set<Integer> used) {
        String names = used.stream()
                .map(unpinnedMaps::get)
                .filter(Objects::nonNull)
                .sorted()
                .collect(Collectors.joining(", "));
        if (!names.isEmpty()) {
            throw BpfException.of(Reason.LOSES_COUNTS, operation)
                    .because(ErrorTable.message("LINK_OUTLIVES_MAPS", names));
        }
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

    /**
     * The claim of a pinned link, without which nobody changes it.
     *
     * @param path an absolute path
     */
    public PinClaim claim(Path path) {
        return claims.computeIfAbsent(path, link -> new PinClaim(pins, link, options));
    }

    /** Lets this object change a pinned link that another object of the process may have claimed. */
    public void share(Path path) {
        adopt(path, PinClaim.shared(pins, path, options));
    }

    /** Shares the claim that the load of the object has acquired before it loaded its programs. */
    public void adopt(Path path, PinClaim claim) {
        claims.put(path, claim);
    }

    /** Opens a pinned link, which the caller closes. Returns a negative descriptor if nothing is pinned there. */
    public Descriptor open(Path path) {
        String operation = "opening of the pinned link " + path;
        PinErrors errors = new PinErrors(operation, path);
        try (Descriptor link = pins.open(path, KernelPins.Type.LINK, MapAccess.READ_WRITE, errors)) {
            PinFormat.requireKnown(operation, pins, path);
            return link.moved();
        }
    }

    /**
     * Opens a pinned link that runs, which the caller closes. Removes its pin if it does not run any more.
     *
     * @param check throws if the link is not one that the caller expects; then its pin stays
     * @return a negative descriptor if there is no link that runs
     */
    public Descriptor openRunning(Path path, Consumer<KernelLink.Info> check) {
        return running(open(path), path, check);
    }

    /** Does the same for a link that was opened there, which this method closes. */
    public Descriptor running(Descriptor opened, Path path, Consumer<KernelLink.Info> check) {
        try (Descriptor link = opened) {
            if (link.fd() < 0) {
                return link;
            }
            KernelLink.Info info = LinkCalls.describe(link.fd()).info();
            check.accept(info);
            if (info.attached()) {
                return link.moved();
            }
            remove(path, info.id());
            return new Descriptor(-1);
        }
    }

    /** Removes the pin of this link. Returns false, and changes nothing, if the pin is gone. */
    public boolean remove(Path path, int linkId) {
        Descriptor pinned = open(path);
        if (pinned.fd() < 0 || LinkCalls.close(pinned) != linkId) {
            return false;
        }
        pins.remove(path);
        return true;
    }

    /** The path at which a new link is pinned until it replaces the link at this path. */
    public static Path next(Path path) {
        return path.resolveSibling(path.getFileName() + PinNames.OVERLAP);
    }

    /** Removes the pin that an interrupted replacement with an overlap left, which ends its link. */
    public void removeNext(Path path) {
        Descriptor stale = open(next(path));
        if (stale.fd() >= 0) {
            remove(next(path), LinkCalls.close(stale));
        }
    }

    /** Where a pin is: see {@link dev.nestmap.runtime.internal.backend.Pins#place}. */
    public @Nullable Object place(Path path) {
        return pins.place(path);
    }

    /** Whether something is pinned at an absolute path. */
    public boolean exists(Path path) {
        return pins.exists(path);
    }

    /** Moves a pin to another path in the same directory, and replaces the pin that exists there. */
    public void move(Path from, Path to) {
        pins.move(from, to);
    }
}
