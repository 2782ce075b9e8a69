/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.PinClaim;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.pin.LinkPins;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Attaches a program with a pinned link, or takes over the link that an earlier run pinned.
 *
 * <p>It has the claim of the pin meanwhile. With {@link LinkPin.Replacement#SWAP}, one system call replaces the program of the
 * link. With the others, a new link replaces the old one. For a link that is pinned at {@code link}, the pins and the attached programs are
 * these after each step:
 *
 * <pre>
 *                      link     link-overlap  attached
 * OVERLAP
 * 1 not started        old      missing       old
 * 2 new link pinned    old      new           both
 * 3 pin moved          new      missing       new; old, until this process closes its link or ends
 * GAP
 * 1 not started        old      missing       old
 * 2 pin removed        missing  missing       old, until this process closes the link or ends
 * 3 old link ended     missing  missing       none
 * 4 new link pinned    new      missing       new
 * </pre>
 *
 * <p>A process may be killed at each step. The next run removes {@code link-overlap}, and then replaces the pinned link, or attaches the
 * program if none is pinned.
 */
public final class PinnedLinkAttacher implements AutoCloseable {
    /** Time limit for the kernel to end a link after its pin was removed. It does so in the background. */
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How long the kernel may take to detach the program of a link that has ended. */
    private static final long FREE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final NativeProgram program;
    private final Hook<?, ?> attachment;
    private final LinkPin pin;
    private final LinkPins pins;
    private final AttachErrors errors;
    private final AttacherTable.Entry<?> attacher;
    private final Path path;
    private final Path nextPath;
    private final DuplicateAttachmentCheck duplicates;
    private final Consumer<KernelAttachment> keeper;

    /** The effect of {@link #putBack}, which may also detach the program. */
    private BooleanSupplier reversal = () -> true;

    private boolean mayHaveRun;

    /** The previous program of the pinned link; negative if the link had no program, or if this process may not open it. */
    private Descriptor previous = new Descriptor(-1);

    /** The pinned link that {@link #requirePossible} has found, and the place of its pin. */
    private Descriptor found = new Descriptor(-1);

    private @Nullable Object place;

    /**
     * @param pins where the object pins its links
     * @param own the places at which the object has attached the program
     * @param keeper remembers the attachment, which ends with the object
     */
    public PinnedLinkAttacher(
            NativeProgram program,
            Hook<?, ?> attachment,
            LinkPin pin,
            LinkPins pins,
            Supplier<List<AttachedPlace>> own,
            IntPredicate isSibling,
            AttachErrors errors,
            Consumer<KernelAttachment> keeper) {
        this.keeper = keeper;
        this.program = program;
        this.attachment = attachment;
        this.pin = pin;
        this.pins = pins;
        this.errors = errors;
        this.attacher = AttacherTable.of(attachment);
        this.path = pins.resolve(pin.path());
        this.nextPath = LinkPins.next(path);
        this.duplicates = new DuplicateAttachmentCheck(program, attachment, path, own, isSibling, errors);
    }

    /** Where the link is pinned. */
    public Path path() {
        return path;
    }

    /**
     * Acquires the claim of the link, as the options of the pins say, and ends the link that an interrupted replacement has left beside it. The
     * caller closes the claim if {@link #attach} fails.
     */
    public Pins.Lock own() {
        requirePossible(errors.operation(), attachment, pin);
        Pins.Lock claim = pins.claim(path).acquire(errors.operation());
        try (Undo undo = new Undo(claim::close)) {
            if (mayOverlap()) { // otherwise, the name may be the user's
                pins.removeNext(path);
            }
            return undo.commit(claim);
        }
    }

    /** Whether an interrupted replacement may have left a link beside the pinned one. */
    private boolean mayOverlap() {
        return pin.replacement() != LinkPin.Replacement.SWAP
                && !AttacherTable.linkKinds(attacher.kind()).stream().allMatch(KernelLink.Kind::isUpdatable);
    }

    /** Attaches the program. The result is pinned, and owns its link. */
    public KernelAttachment attach(Pins.Lock owner) {
        requirePinnedMaps();
        Optional<AttachPoint> point = attacher.point(program, attachment, errors);
        return attach(point.orElse(null)).ownedBy(owner);
    }

    private KernelAttachment attach(@Nullable AttachPoint point) {
        boolean isFound = place != null && place.equals(pins.place(path));
        Descriptor opened = isFound ? found.moved() : pins.open(path);
        found.close(); // unless it was moved: a link ends with its last descriptor
        found = new Descriptor(-1);
        Descriptor existing = pins.running(opened, path, info -> {});
        if (existing.fd() >= 0) {
            return takeOver(existing, point).asTakenOver();
        }
        duplicates.requireNone(point, true);
        pins.requireCurrentMaps(errors.operation());
        return attachFirst();
    }

    /**
     * Attaches the program during the load of its object, or takes over the pinned link.
     *
     * @param claim the claim of the link, which the attachment shares
     */
    public void run(PinClaim claim) {
        pins.adopt(path, claim);
        Pins.Lock share = own();
        try (Undo undo = new Undo(share::close)) {
            keeper.accept(undo.commit(attach(share)));
        }
    }

    private void requirePinnedMaps() {
        if (!pin.acceptsUnpinnedMaps()) {
            pins.requirePinnedMaps(errors.operation(), program.info().mapIds());
        }
    }

    /**
     * Throws if the program could not be attached: it does not fit the hook, the hook does not exist or has another program, or another
     * link is pinned there. Changes nothing. Does not find problems that only the attachment itself shows.
     */
    public void requirePossible() {
        requirePinnedMaps();
        AttachPoint point = attacher.point(program, attachment, errors).orElse(null);
        place = pins.place(path);
        found = place == null ? found : pins.open(path);
        if (found.fd() < 0 || !requireFits(found, point)) {
            duplicates.requireNone(point, false);
        }
    }

    /** The links that {@link #run} replaces: the pinned one, and one that an interrupted replacement has left. */
    public List<KernelLink.Info> replaced() {
        List<KernelLink.Info> links = new ArrayList<>();
        if (found.fd() >= 0) {
            links.add(LinkCalls.describe(found.fd()).info());
        }
        if (mayOverlap()) {
            try (Descriptor link = pins.open(nextPath)) {
                if (link.fd() >= 0) {
                    links.add(LinkCalls.describe(link.fd()).info());
                }
            }
        }
        return links;
    }

    /** Throws if a pinned link could not be taken over. Returns false if it does not run any more. */
    private boolean requireFits(Descriptor existing, @Nullable AttachPoint point) {
        LinkCalls.Description link = LinkCalls.describe(existing.fd());
        if (!link.info().attached()) {
            return false;
        }
        requireSame(link, point);
        if (link.info().kind().isUpdatable()) {
            new LinkUpdate(errors.operation(), program).requireFits(link);
        }
        return true;
    }

    /**
     * Undoes {@link #run}: gives the link its previous program again, or removes the pin of a new link, which ends with the object. Leaves
     * the link as it is if another process has taken it over meanwhile.
     *
     * @return false if the program stays attached, because the kernel can't put the previous one back
     */
    public boolean putBack() {
        return reversal.getAsBoolean();
    }

    /** Whether the program was attached, even if a later step failed. So the program may have run. */
    public boolean mayHaveRun() {
        return mayHaveRun;
    }

    /** Releases the previous program. */
    @Override
    public void close() {
        found.close();
        previous.close();
        previous = new Descriptor(-1);
    }

    /** Throws if an attachment has no link, or if the next run could not take over its link as the pin says. Changes nothing. */
    public static void requirePossible(String operation, Hook<?, ?> attachment, LinkPin pin) {
        Set<KernelLink.Kind> kinds =
                AttacherTable.linkKinds(AttacherTable.of(attachment).kind());
        if (kinds.isEmpty()) {
            throw noLink(operation);
        }
        if (pin.replacement() == LinkPin.Replacement.SWAP && !kinds.stream().allMatch(KernelLink.Kind::isUpdatable)) {
            boolean isOnlyOne = kinds.contains(KernelLink.Kind.NETFILTER);
            throw BpfException.of(Reason.LOSES_COUNTS, operation)
                    .because(ErrorTable.message(
                            "PIN_CANT_SWAP",
                            kinds.iterator().next(),
                            (isOnlyOne ? " (the new program needs a different priority)" : "")));
        }
    }

    private static BpfException noLink(String operation) {
        return BpfException.of(Reason.NOT_SUPPORTED, operation)
                .because(
                        "this attachment is not one link of the kernel, so it can't be pinned: attach it without a LinkPin");
    }

    /** Takes over a pinned link, which this method closes if it replaces or rejects it. */
    private KernelAttachment takeOver(Descriptor link, @Nullable AttachPoint point) {
        try (link) {
            LinkCalls.Description existing = LinkCalls.describe(link.fd());
            requireSame(existing, point);
            pins.requireCurrentMaps(errors.operation());
            if (existing.info().kind().isUpdatable()) {
                int old = existing.info().programId();
                // EPERM without CAP_SYS_ADMIN
                previous = new Descriptor(NativeLibraries.libbpf().bpf_prog_get_fd_by_id(old));
                new LinkUpdate(errors.operation(), program).run(link.fd(), program.fd(), old);
                mayHaveRun = true;
                reversal = this::putPreviousBack;
                if (attachment instanceof Xdp xdp) {
                    NetworkAttacher.warnIfGeneric(
                            program, xdp, Math.toIntExact(existing.info().target()));
                }
                return KernelAttachment.ofLink(link.moved());
            }
            KernelAttachment replaced =
                    pin.replacement() == LinkPin.Replacement.OVERLAP ? replaceWithOverlap() : replaceWithGap(link);
            reversal = () -> false; // the old link has ended
            return replaced;
        }
    }

    private boolean putPreviousBack() {
        return whileOwn(link -> previous.fd() >= 0 && LinkCalls.update(link, previous.fd(), program.fd()) >= 0);
    }

    private boolean removeNew() {
        return whileOwn(link -> {
            pins.remove(path, LinkCalls.describe(link).info().id());
            return true;
        });
    }

    /** Runs an action with the pinned link if it has this program. Returns true if it has another one, or if there is no link. */
    private boolean whileOwn(IntPredicate action) {
        try (Descriptor link = pins.open(path)) {
            return link.fd() < 0
                    || LinkCalls.describe(link.fd()).info().programId()
                            != program.info().id()
                    || action.test(link.fd());
        }
    }

    /** Throws if the pinned link is attached to something else, or in another mode. */
    private void requireSame(LinkCalls.Description existing, @Nullable AttachPoint point) {
        KernelLink.Info info = existing.info();
        boolean isSame = AttacherTable.linkKinds(attacher.kind()).contains(info.kind())
                && (point == null || (point.isOf(existing) && point.mayRun(info.programId())));
        if (!isSame) {
            throw errors.failed(
                    Reason.ALREADY_EXISTS, ErrorTable.message("LINK_PIN_IS_TAKEN", info, path, attachment.target()));
        }
        if (attachment instanceof Xdp xdp && xdp.mode() != Xdp.Mode.AUTO) {
            int inMode = NetworkAttacher.requireXdpProgramId(
                    Math.toIntExact(info.target()), NetworkAttacher.flags(xdp.mode()), errors);
            if (inMode != info.programId()) {
                throw errors.failed(Reason.MISMATCH, ErrorTable.message("XDP_MODE_DIFFERS", info, path, xdp.mode()));
            }
        }
    }

    private KernelAttachment replaceWithOverlap() {
        KernelAttachment attached = attachPinned(nextPath);
        try (Undo ending = new Undo(attached::end)) { // must not stay attached beside the old one
            ending.add(() -> pins.removeNext(path)); // if this fails, the next run removes this pin
            pins.move(nextPath, path);
            return ending.commit(attached);
        }
    }

    private KernelAttachment replaceWithGap(Descriptor old) {
        int oldId = LinkCalls.describe(old.fd()).info().id();
        pins.remove(path, oldId);
        // The kernel frees the pin's inode after a grace period. If this process then closes the last descriptor,
        // the program is detached when close returns. Otherwise a thread of the kernel detaches it, at some time
        // after the link's id is gone.
        try (Undo undo = new Undo(() -> pins.pin(old.fd(), "the old link", path))) {
            KernelMapFactory.awaitGracePeriod();
            undo.commit();
        }
        old.close();
        awaitEnd(oldId);
        return attachWhenFree();
    }

    /**
     * Attaches the program when the hook is free. The kernel removes the id of a link before it detaches the program ({@code bpf_link_free}
     * in {@code kernel/bpf/syscall.c}), and a netfilter hook has one program of each priority.
     */
    private KernelAttachment attachWhenFree() {
        try {
            Optional<KernelAttachment> attached =
                    UninterruptibleWait.retry(FREE_NANOS, POLL_NANOS, this::attachIfFree, Optional::isPresent);
            return attached.orElseGet(() -> attachPinned(path)); // throws if the hook is still not free
        } catch (BpfException e) {
            throw BpfException.of(e.reason(), errors.operation())
                    .errno(e.errnoNumber())
                    .log(e.log())
                    .cause(e)
                    .because("the old program is detached, and no program has taken its place: " + e.getMessage());
        }
    }

    private Optional<KernelAttachment> attachIfFree() {
        try {
            return Optional.of(attachPinned(path));
        } catch (BpfException e) {
            if (e.errno() == Errno.EBUSY) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private KernelAttachment attachFirst() {
        KernelAttachment attached = attachPinned(path);
        reversal = this::removeNew;
        return attached;
    }

    private KernelAttachment attachPinned(Path where) {
        KernelAttachment attached = attacher.attach(program, attachment, errors);
        mayHaveRun = true;
        try (Undo ending = new Undo(attached::end)) {
            if (attached.link() < 0) {
                throw noLink(errors.operation());
            }
            pins.pin(attached.link(), "the link of program " + program.name() + " to " + attachment.target(), where);
            return ending.commit(attached);
        }
    }

    /** Waits until the kernel has ended a link, as far as this process may know. */
    private void awaitEnd(int id) {
        if (UninterruptibleWait.retry(END_NANOS, POLL_NANOS, () -> isOpen(id), open -> !open)) {
            throw errors.failed(
                    Reason.BUSY,
                    "the old link " + Integer.toUnsignedString(id)
                            + " has no pin any more, but another process keeps it open. End that process, then attach again");
        }
    }

    private static boolean isOpen(int id) {
        try (Descriptor link = LinkCalls.open(id)) {
            return link.fd() >= 0;
        }
    }
}
