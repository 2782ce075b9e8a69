/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.PossibleCpus;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.nest.SlotChangeRun.Kind;
import dev.nestmap.runtime.internal.observe.RunningOperation;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.runtime.pin.MapIdentity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An outer map with its inner maps. Other packages change the entries of an outer map only through this class, except an upgrade, which
 * fills a new outer map. Changes of one key run one after the other, and each waits for the kernel's grace period. Changes of different
 * keys that wait at the same time share a grace period.
 *
 * <p>An operation on several slots succeeds or fails for each slot separately. Each {@link SlotChange} has the kernel's result, and a
 * failure if the kernel rejected the change or a later step failed. An operation that throws has changed no slot.
 */
public final class Nest {
    /** At least this number of displaced maps may wait, if the process may open so many files. */
    private static final int LEAST_WAITING = 64;

    final OpenMap outer;
    final InnerMapDescriptors descriptors;
    final KnownInnerMaps knownMaps;
    final SlotChangeQueue queue;
    final OuterSlots slots;

    /** The displaced maps that nobody has acknowledged. */
    final DisplacedMaps displaced;

    /** The pins beside the outer map's pin; null if the outer map is not pinned. */
    final @Nullable NestPins pins;

    private final Exactness exactness;
    private final MapShape innerShape;
    final MapFactory factory;
    private final @Nullable KeyRequestTable requests;

    /** Whether a sleepable program uses the outer map, as the kernel says; null before it was asked. */
    private volatile @Nullable Boolean hasSleepableProgram;

    /** The name of the machine in identities, once it is known. */
    private volatile @Nullable String machine;

    /**
     * The map in which programs count for the outer map. It ends with it: that of an object is revoked before, and the object closes it.
     */
    private @Nullable OpenMap counts;

    private @Nullable Refusals refusals;

    private boolean isUncountedByAll;

    /** Checks at each rotation, take and drain whether programs still count. Does not throw. */
    private Runnable programCheck = () -> {};

    /**
     * Takes over the pins and the request table.
     *
     * @param innerShape the shape of inner maps as the records declare it
     * @param sleepablePrograms names of the programs that use the outer map and that a grace period does not cover
     * @param pins the pins beside the outer map's pin; null if the outer map is not pinned
     * @param requests where programs record keys that they miss; null if inner maps are not created on demand
     */
    public Nest(
            OpenMap outer,
            MapShape innerShape,
            MapFactory factory,
            List<String> sleepablePrograms,
            @Nullable NestPins pins,
            @Nullable KeyRequestTable requests) {
        this.outer = outer;
        this.innerShape = innerShape;
        this.factory = factory;
        this.exactness = new Exactness(name(), innerShape, sleepablePrograms);
        this.pins = pins;
        this.requests = requests;
        this.descriptors = new InnerMapDescriptors(outer, innerShape, factory, pins);
        this.knownMaps = descriptors.knownMaps();
        int most = (int) Math.max(
                LEAST_WAITING, Math.min(Integer.MAX_VALUE, outer.shape().maxEntries()));
        this.displaced = new DisplacedMaps(
                name(), innerShape.name(), pins, pins == null ? descriptors.most(most) : most, outer.failure());
        knownMaps.whenAbandoned(displaced::outerAbandoned);
        this.queue = new SlotChangeQueue(outer);
        this.slots = new OuterSlots(outer, innerShape, descriptors, queue, pins);
        if (pins != null) {
            knownMaps.whenAbandoned(pins::close);
        }
        if (requests != null) {
            knownMaps.whenAbandoned(requests.leak()::free);
        }
        outer.endWith(knownMaps.ending());
    }

    /** Logs a warning if the outer map can have more inner maps than this process may open files. */
    public void compareOpenFiles() {
        descriptors.compareOpenFiles();
    }

    /** The recycled maps, which wait for the next rotation. */
    public SpareInnerMaps spares() {
        return knownMaps.spares();
    }

    /**
     * Lets rotations of a pinned outer map replace inner maps that are smaller than declared by maps of the declared size. Without this call, each
     * map keeps its size, because the maps of somebody else may have any.
     */
    public void growInners() {
        descriptors.growInners();
    }

    /** Whether rotations of this outer map are exact. */
    public Exactness exactness() {
        return exactness;
    }

    /**
     * Asks the kernel, once, whether a sleepable program uses the outer map. It is for pinned maps: other objects and processes can load such a
     * program, which {@link Exactness} does not know.
     */
    private void askForSleepableProgram() {
        if (pins == null || hasSleepableProgram != null || exactness.obstacle() != null) {
            return;
        }
        try {
            hasSleepableProgram = !factory.usedBySleepable(Set.of(outer.id())).isEmpty();
        } catch (BpfException e) {
            // EMFILE, for example: the next change asks again.
        }
    }

    /** Whether the kernel has said that a sleepable program uses the pinned outer map. */
    boolean isUsedBySleepableProgram() {
        return Boolean.TRUE.equals(hasSleepableProgram);
    }

    /** Lets exact rotations fail, because others change the slots and this handle can't know who. */
    public void othersMayChangeSlots(String reason) {
        exactness.never(reason);
    }

    /** Finds and locks the inner maps in the slots. */
    public OuterSlots slots() {
        return slots;
    }

    /** The shape of inner maps as the records declare it. */
    public MapShape innerShape() {
        return innerShape;
    }

    /** The size of the value of an inner map's entry in bytes; for a per-CPU map the size of the values of all CPUs together. */
    public int innerValueBytes() {
        return innerShape.valueBytes(factory::possibleCpus);
    }

    /** The CPUs that have a value in an entry of an inner map. */
    public PossibleCpus possibleCpus() {
        return factory.possibleCpus();
    }

    /** How many of the wanted inner maps should be created at a time, so that they take few of the files that this process may open. At least 1. */
    public int mostAtOnce(int wanted) {
        return descriptors.mostNow(wanted);
    }

    /**
     * Returns the maps in which programs record missing keys.
     *
     * @throws BpfException if this handle has none
     */
    public KeyRequestTable requireRequests() {
        if (requests == null) {
            throw BpfException.of(Reason.NOT_FOUND, "serving of requests")
                    .map(name())
                    .because(ErrorTable.message("NO_REQUEST_TABLE"));
        }
        return requests;
    }

    /** The maps in which programs record missing keys; null if they record none, or if this handle does not know the maps. */
    public @Nullable KeyRequestTable requests() {
        return requests;
    }

    /**
     * Creates the table in which programs record missing keys, unless there is one. Does nothing if inner maps are not created on demand.
     *
     * @throws BpfException if the table can't be created
     */
    public void createRequestTable() {
        if (requests != null) {
            requests.create();
        }
    }

    /**
     * Requests an inner map like a program that misses it, but with count 0. Returns false if the table of requests is full, or if the
     * outer map can't have the key.
     *
     * @throws BpfException if this handle has no table of requests
     */
    public boolean request(SlotKey slot) {
        return requireRequests().request(slot, outer.shape());
    }

    /**
     * Returns the keys that programs have requested.
     *
     * @throws BpfException if this handle has no table of requests
     */
    public <K> RequestedKeys<K> requestedKeys(Codec<K> codec) {
        requireRequests();
        return new RequestedKeys<>(outer.shape(), codec);
    }

    /**
     * Puts new inner maps into empty slots. The change of a slot that is not empty fails with EEXIST.
     *
     * @param fill fills a map before it is published
     */
    public List<SlotChange> create(List<SlotKey> slots, BiConsumer<SlotKey, SlottedInnerMap> fill) {
        return create(slots, innerShape, fill);
    }

    /** Puts new inner maps of a shape into empty slots, which the outer map must be able to hold. */
    public List<SlotChange> create(List<SlotKey> slots, MapShape shape, BiConsumer<SlotKey, SlottedInnerMap> fill) {
        descriptors.requireCreatable(shape);
        return change(
                Kind.CREATE,
                slots,
                false,
                run -> run.supplyNew(() -> descriptors.create(shape), (slot, map) -> {
                    fill.accept(slot, map);
                    return true;
                }));
    }

    /**
     * Puts new inner maps into empty slots that programs requested. The change of a slot that is not empty fails with EEXIST.
     *
     * @param fill fills a map before it is published; false leaves the slot empty
     */
    public List<SlotChange> createRequested(List<SlotKey> slots, BiPredicate<SlotKey, SlottedInnerMap> fill) {
        return change(Kind.CREATE, slots, false, run -> run.supplyNew(() -> descriptors.create(innerShape), fill));
    }

    /**
     * Puts new maps of the declared size into slots, and drops the maps that were there. If {@code fill} throws, nothing changes.
     *
     * @param fill fills a map before it is published
     */
    public List<SlotChange> replace(List<SlotKey> slots, Consumer<SlottedInnerMap> fill) {
        return change(
                Kind.REPLACE, slots, false, run -> run.supplyFilled(change -> descriptors.create(innerShape), fill));
    }

    /** Puts inner maps to which programs can't write into more slots; they also stay where they are. Drops the maps that were there. */
    public List<SlotChange> share(List<SlotKey> slots, List<OpenMap> borrowed) {
        return change(Kind.SHARE, slots, false, run -> run.supplyShared(borrowed));
    }

    /**
     * Registers a map of the object that libbpf has put into a slot.
     *
     * @param isUsedByName whether programs also use it by its name
     */
    public void adopt(SlotKey slot, OpenMap map, boolean isUsedByName) {
        if (isUsedByName) {
            slots.useByName(map.id());
        }
        knownMaps.add(knownMaps.shared(map), slot);
    }

    /**
     * Replaces inner maps by empty ones and hands out the displaced maps. Returns when all programs that may have found a
     * displaced map, and all calls through its handles, have ended. The change of an empty slot fails with ENOENT.
     *
     * @param exact whether to reject the operation if programs may still write to a displaced map
     */
    public List<SlotChange> rotate(List<SlotKey> slots, boolean exact) {
        return change(Kind.ROTATE, slots, exact, SlotChangeRun::supplyEmptyLikeOld);
    }

    /**
     * Does the same as an exact {@link #rotate}, with filled maps. Nothing is filled for an empty slot. If {@code fill} throws, nothing changes.
     *
     * @param fill fills a map before it is published
     */
    public List<SlotChange> rotate(List<SlotKey> slots, Consumer<SlottedInnerMap> fill) {
        return change(Kind.ROTATE, slots, true, run -> run.supplyFilledLikeOld(fill));
    }

    /** Removes entries and hands out their inner maps, otherwise like {@link #rotate}. */
    public List<SlotChange> take(List<SlotKey> slots, boolean exact) {
        return change(Kind.TAKE, slots, exact, run -> {});
    }

    /** Removes entries and closes their inner maps. The change of an empty slot fails with ENOENT. */
    public List<SlotChange> discard(List<SlotKey> slots) {
        return change(Kind.DISCARD, slots, false, run -> {});
    }

    private List<SlotChange> change(Kind kind, List<SlotKey> slots, boolean exact, Consumer<SlotChangeRun> supply) {
        if (kind.returnsOutgoing() && !slots.isEmpty()) {
            askForSleepableProgram();
            programCheck.run();
        }
        return observed(kind.observed(), observation -> {
            try (SlotChangeRun run = new SlotChangeRun(this, kind, slots, exact, observation)) {
                supply.accept(run);
                return run.make();
            } finally {
                Refusals counted = refusals;
                if (counted != null && kind.returnsOutgoing()) {
                    counted.report();
                }
            }
        });
    }

    /** Runs an operation that may have several steps: see {@link OpenMap#operation}. */
    public <T extends @Nullable Object> T operation(Supplier<T> action) {
        return outer.operation(action);
    }

    /** Notes what has ended a step of an operation that continues. */
    public void noteFailure(Throwable thrown) {
        outer.failure().note(thrown);
    }

    private <T extends @Nullable Object> T observed(Operation.Kind kind, Function<RunningOperation, T> body) {
        return operation(() -> RunningOperation.of(kind, name(), body));
    }

    /**
     * Finds the displaced maps that wait beside the pin of the outer map, whoever left them there: an earlier process, or a load that has replaced the
     * outer map. Does nothing if the outer map is not pinned or opened read-only.
     *
     * @param again whether to compare the slots with the pins even if this object has done so before: other software may have changed slots since
     */
    public void findEarlier(boolean again) {
        NestPins owned = pins;
        if (owned == null || owned.isReadOnly()) {
            return;
        }
        queue.rejectListener("displaced maps of map " + name() + " can't be looked for");
        if (!again && owned.isCompared()) {
            owned.find(this);
            return;
        }
        observed(Operation.Kind.RECOVER, observation -> {
            queue.alone(() -> {
                long before = displaced.listed();
                boolean isCompared = owned.isCompared();
                Pins.Lock used = owned.use(this, "search for displaced maps", null);
                try (used) {
                    if (isCompared) {
                        owned.compare(this);
                    }
                }
                observation.result(displaced.listed() - before, 0);
            });
            return true;
        });
    }

    /**
     * Marks the end of a drain, for tools that show when a pinned map was last drained.
     *
     * @param isOfAll whether it was a drain of all slots
     */
    public void drained(boolean isOfAll) {
        programCheck.run(); // a drain of empty maps changes no slot
        Refusals counted = refusals;
        if (counted != null) {
            counted.report();
            if (isOfAll && counted.isBehind()) {
                markReported(counted);
            }
        }
        if (pins != null) {
            pins.markDrained();
        }
    }

    /** Notes that a ticket has ended, because its map was acknowledged or discarded. Throws nothing, because that can't be undone. */
    public void ended(DisplacedMap map) {
        Refusals counted = refusals;
        if (counted != null && counted.isDue(map)) {
            markReported(counted);
        }
    }

    /**
     * Lets the next process know which refusals are no news: those before each map came into its slot that is in one or waits. Only the owner of
     * the slots knows it. A map may leave its slot meanwhile, and then {@link #knownMaps} for {@link #displaced}. So this looks in the same order.
     */
    private void markReported(Refusals counted) {
        try {
            // Maps of other versions that wait for another load or process are neither in slots nor known here.
            if (pins != null && (!pins.isCompared() || pins.hasUnreadable())) {
                return;
            }
            long refused = counted.refused().sum();
            Set<Integer> inSlots = slots.ids();
            long before = inSlots.stream()
                    .filter(id -> counted.isBefore(knownMaps.table().refusedBefore(id), refused))
                    .count();
            before += knownMaps.table().all().stream()
                    .filter(known -> !inSlots.contains(known.id()) && counted.isBefore(known.refusedBefore(), refused))
                    .count();
            before += displaced.countBefore(refused);
            counted.looked(refused, before, inSlots.size());
        } catch (BpfException e) {
            // The end of the next ticket tries again. If none ends, the next process takes the refusals for news.
        }
    }

    /** The displaced maps that wait, oldest first: those of this process, and those that {@link #findEarlier} has found. */
    public List<DisplacedMap> waiting() {
        return displaced.waiting();
    }

    /** The slots of the displaced maps of this version that wait. */
    public Set<SlotKey> waitingSlots() {
        return displaced.waitingSlots();
    }

    /** The displaced maps of these slots whose tickets outlive the action of a drain. */
    public Map<SlotKey, DisplacedMap> kept(Collection<SlotKey> of) {
        return displaced.kept(of);
    }

    /**
     * Returns a handle that owns the map; null if it does not wait any more.
     *
     * @throws InvalidHandleException if the outer map is closed
     */
    public @Nullable OpenMap open(DisplacedMap map) {
        OpenMap opened = displaced.open(map);
        if (opened == null && displaced.holding(displaced::isClosed)) {
            throw outer.invalid();
        }
        return opened;
    }

    /** The former slots of the displaced maps that nobody has acknowledged, whether they wait or a handle owns them. */
    public List<FormerSlot> displacedFrom() {
        List<FormerSlot> all = new ArrayList<>(displaced.unpinned());
        if (pins != null) {
            all.addAll(pins.listAll(name()));
        }
        return all;
    }

    /** Counts the maps of {@link #displacedFrom}, and those that a change is about to displace. */
    public int displacedCount() {
        return displaced.unpinnedCount() + (pins == null ? 0 : pins.count());
    }

    /** Counts those of {@link #displacedFrom} that this process can't read, because they are of another version. */
    public int unreadableCount() {
        return pins == null ? 0 : pins.countUnreadable();
    }

    /** Returns the identity of a map that left this slot. */
    public MapIdentity identity(FormerSlot origin) {
        return new MapIdentity(
                machine(), outer.bootId(), origin.mapId(), origin.takenOut(), origin.outerMap(), origin.key());
    }

    private String machine() {
        String known = machine;
        if (known == null) {
            String given = pins == null ? null : pins.machine();
            known = given != null ? given : MapIdentity.machineId();
            machine = known;
        }
        return known;
    }

    /** Names the machine in identities, in place of the options of the pins. */
    public void nameMachine(String name) {
        machine = name;
    }

    /** Whether the outer map is pinned, so that its displaced maps survive this process. */
    public boolean isPinned() {
        return pins != null;
    }

    /**
     * Throws if displaced maps of the pinned outer map could not be identified after a crash, because the machine has no name. Does nothing
     * if the outer map is not pinned.
     */
    public void requireMachine() {
        if (pins != null) {
            machine();
        }
    }

    /**
     * Returns those slots whose maps a rotation has to displace: all but those of hashes without entries, in which nothing was counted. An
     * empty map is displaced, too, if it may have refused additions.
     */
    public List<SlotKey> withEntries(List<SlotKey> slots) {
        if (!innerShape.kind().isHash()) {
            return slots;
        }
        Set<SlotKey> empty = new HashSet<>();
        Refusals counted = refusals;
        RefusedAdditions refused = counted == null ? null : counted.refused();
        this.slots.findAll(slots, (slot, inner) -> {
            try {
                if (isEmpty(inner.map()) && !mayHaveRefused(inner, counted, refused)) {
                    empty.add(slot);
                }
            } catch (InvalidHandleException e) {
                // It has left its slot.
            }
        });
        return empty.isEmpty()
                ? slots
                : slots.stream().filter(slot -> !empty.contains(slot)).toList();
    }

    /**
     * Whether an inner map without entries may have refused an addition since it came into its slot: programs may have deleted its entries, or
     * the kernel had no memory for one. Otherwise notes that it has refused none so far.
     *
     * @param refused the numbers of refusals before the map was seen empty
     */
    private static boolean mayHaveRefused(
            SlottedInnerMap empty, @Nullable Refusals counted, @Nullable RefusedAdditions refused) {
        if (counted == null || refused == null) {
            return false;
        }
        if (counted.mayHaveRefused(empty, refused)) {
            return true;
        }
        empty.setRefusedBefore(refused);
        return false;
    }

    /** Whether a hash has no entries. False if it can't be read. */
    private static boolean isEmpty(OpenMap hash) {
        try (Scratch scratch = Scratch.take(hash.shape().keySize())) {
            return hash.nextKey(scratch.block(), -1, 0) == -ErrnoNumbers.ENOENT;
        } catch (InvalidHandleException e) {
            throw e;
        } catch (BpfException e) { // ENOMEM, or BPF_F_WRONLY
            return false;
        }
    }

    /** Takes all displaced maps in memory back from their owners, as if their process had crashed. */
    public void crash() {
        displaced.crash();
    }

    /**
     * Sets what checks whether programs still count: called at each rotation, take and drain; it throws nothing. Called before others use the map.
     */
    public void setProgramCheck(Runnable check) {
        programCheck = check;
    }

    /** Lets others own the slots of a pinned outer map, if no displaced map is open. */
    void giveUpOwnership() {
        if (pins != null) {
            pins.giveUp();
        }
    }

    /**
     * Takes over the table in which programs count what they could not count in inner maps. Called before the first operation.
     *
     * @param isUsed whether programs count there, as far as this process knows
     * @param isByAll whether this process knows all programs that use the outer map, and each counts there
     * @param areFullMapsKnown see {@link Refusals#knowFullMaps}
     */
    public void countUncounted(
            @Nullable UncountedTable table, boolean isUsed, boolean isByAll, boolean areFullMapsKnown) {
        refusals = table != null && isUsed ? new Refusals(name(), innerShape, table) : null;
        isUncountedByAll = refusals != null && isByAll;
        if (refusals != null && areFullMapsKnown) {
            refusals.knowFullMaps();
        }
        if (table != null) {
            counts = table.map();
            knownMaps.whenAbandoned(table.map().leak()::free);
        }
    }

    /** The numbers of additions that failed, and which displaced maps they concern; null if programs do not count them. */
    @Nullable
    Refusals refusals() {
        return refusals;
    }

    /**
     * Whether each program that may have filled a displaced map counts what inner maps refuse. False if this process does not know the programs:
     * another process has put the map into its slot, perhaps for programs that do not count.
     */
    public boolean isUncountedByAll(DisplacedMap map) {
        return isUncountedByAll && map.refusedBefore() != null;
    }

    /** Returns the additions that are in no inner map, since the outer map exists; null if programs do not count them. */
    public @Nullable Uncounted uncounted() {
        Refusals counted = refusals;
        if (counted == null) {
            return null;
        }
        RefusedAdditions refused = counted.refused();
        return new Uncounted(name(), refused.full(), refused.failed(), counted.unknownKey());
    }

    /**
     * Returns how many additions a displaced map has refused at most; null if programs do not count them.
     *
     * @param isFull whether the map is full. Called only if that matters
     */
    public @Nullable Long refused(DisplacedMap map, BooleanSupplier isFull) {
        Refusals counted = refusals;
        return counted == null ? null : (Long) counted.of(map, isFull);
    }

    /** Whether a displaced map can have refused an addition only if it is full. False if programs do not count what inner maps refuse. */
    public boolean dependsOnRoom(DisplacedMap map) {
        Refusals counted = refusals;
        return counted != null && counted.dependsOnRoom(map);
    }

    /**
     * Closes all inner maps. No thread is in a call of the outer map any more.
     *
     * @throws BpfException after that, if displaced maps are lost that nobody has acknowledged
     */
    public void close(String reason) {
        Runnable maps = () -> new Cleanup()
                .run(() -> displaced.close(reason))
                .run(() -> knownMaps.close(reason))
                .rethrow();
        Cleanup cleanup = new Cleanup().run(() -> queue.alone(maps)); // no change is in progress
        if (pins != null) {
            cleanup.run(pins::close);
        }
        if (requests != null) {
            cleanup.run(() -> requests.close(reason));
        }
        OpenMap ofPrograms = counts;
        if (ofPrograms != null) {
            cleanup.run(() -> ofPrograms.close(reason));
        }
        cleanup.rethrow();
    }

    String name() {
        return outer.shape().name();
    }
}
