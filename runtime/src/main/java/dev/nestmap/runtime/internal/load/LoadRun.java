/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.existing.ExistingMapCheck;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.migrate.PinnedMapMigrator;
import dev.nestmap.runtime.internal.migrate.Upgrade;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.internal.pin.InnerMapSampleFinder;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Loads an object into the kernel: reads and compares its schemas, and then takes the steps own, rename, prepare, load, publish, attach and
 * settle: see {@link #run}. A load that finds pinned maps of another version prepares the new maps beside the old ones, and loads the object with
 * them. So whatever Nestmap, libbpf or the kernel refuse, they refuse before the pins of the previous version change. Then the load publishes the
 * new pins. If a later step fails, everything is undone, also the upgrade. If a program of this load has run, its new pins stay, and the upgrade
 * is undone only if the counts of the program can wait for a later load. If the program stays attached, everything stays. So it does if only
 * settle fails, which the next load completes.
 *
 * <p>If the process is killed at any point, the old or the new program stays attached. The old program continues to write to the maps of
 * the previous version, which are pinned, so the next load finds them.
 */
final class LoadRun {
    private final String operation;
    private final LoadSettings settings;
    private final MapFactory factory;

    /** The same for all steps: it holds the directories of the sets open while the load owns them. */
    private final Pins pins;

    private final Function<LoadPlan, ObjectBackend> loader;
    private final Runnable gracePeriod;
    private final Consumer<LoadedState> preparation;
    private final Schema records;
    private final Schema sized;
    private final Schema declared;
    private final Schema inFile;
    private final Schema completed;

    /** One for each pin path. Two of them would exclude each other. */
    private final Map<Path, ClaimedPin> claimed = new HashMap<>();

    private final LoadPlan plan;
    private final LinkTakeovers takeovers;
    private final PinRenames renames;
    private final Upgrade upgrade;
    private final ObjectPinning pinning;
    private final boolean pinsNone;

    /** Whether the action of {@code prepare} has ended, so that programs may be attached. */
    private volatile boolean isPrepared;

    /**
     * Reads the schemas, compares the object with its records, and finds the pins.
     *
     * @param loader loads the object with a plan, and gets the schema of what libbpf will create
     * @param gracePeriod waits until programs that were running have ended
     * @param preparation runs when the maps are ready, before the first program is attached
     */
    LoadRun(
            LoadSettings settings,
            MapFactory factory,
            Pins pins,
            Function<LoadPlan, ObjectBackend> loader,
            Runnable gracePeriod,
            Consumer<LoadedState> preparation) {
        this.operation = "load of object " + settings.name();
        this.settings = settings;
        this.factory = factory;
        this.pins = pins;
        this.loader = loader;
        this.gracePeriod = gracePeriod;
        this.preparation = preparation;
        this.inFile = settings.content().schema();
        GeneratedClass generated = settings.generated();
        this.records = factory.fit(generated == null ? inFile : generated.records());
        this.sized = generated == null
                ? records
                : factory.fit(BackendOperations.withCpus(generated.withSizes(records), factory::possibleCpus));
        if (generated != null && !sized.isForeign()) {
            sized.maps()
                    .forEach(
                            BackendOperations::requireSize); // the object file has those that foreign records leave out
        }
        this.completed = BackendOperations.withCpus(
                SchemaCompletion.complete(
                        records, sized, factory.fit(settings.content().schemaWithEvents(records))),
                factory::possibleCpus);
        if (generated != null) {
            DeclarationCheck.requireSame(
                    operation, sized, completed, settings.content().relocatedTypes());
        }
        this.declared = SchemaCompletion.completeRecords(sized, completed);
        this.pinsNone = settings.pins().isEmpty() && completed.maps().stream().noneMatch(AutoPinning::isDeclared);
        this.plan = settings.plan(); // rejects settings that are incomplete
        this.takeovers = new LinkTakeovers(operation, settings.takeovers(), settings.pinOptions());
        this.renames = new PinRenames(operation, takeovers::staysAttached);
        this.upgrade = upgrade();
        this.pinning = new ObjectPinning(
                operation,
                settings,
                new ExistingMapFinder(records, declared, factory, pins),
                completed,
                this::claimed,
                upgrade);
    }

    /** Loads the object. */
    LoadedState run() {
        try (takeovers;
                renames;
                upgrade;
                plan;
                Undo undo = new Undo()) {
            own();
            rename();
            upgrade.prepare(missing());
            LoadedState object = load(undo);
            publish(object, undo);
            List<Pins.Listed> beside = attach(object, undo);
            undo.commit(); // its program stays attached: the previous one would count in maps that are converted
            undo.add(object::close);
            renames.commit();
            settle(object, beside);
            return undo.commit(object);
        }
    }

    /** Gives maps of other versions the names of missing pins, which this load owns. */
    private void rename() {
        Set<ClaimedPin> missing = missing().keySet();
        if (settings.generated() == null || missing.isEmpty()) {
            return;
        }
        List<PinPaths> all = claimed.values().stream().map(ClaimedPin::paths).toList();
        for (DeclaredPin pin : settings.pins()) {
            if (missing.contains(claimed(pin))
                    && new UnopenedPins(records, pins).rename(operation, claimed(pin), pin.map(), all, renames)) {
                upgrade.forgetFiles();
            }
        }
    }

    /**
     * Becomes the owner of the sets if the load attaches programs to pinned links, or changes a map. Otherwise, the first call that changes a slot does
     * that.
     */
    private void own() {
        boolean replaces = takeovers.isEmpty() && upgrade.isNeeded();
        BooleanSupplier mustOwn = () -> replaces || reading(this::mustOwn);
        if (!takeovers.isEmpty() || mustOwn.getAsBoolean()) {
            takeovers.own(pins, declaredPins().map(this::claimed).toList(), mustOwn);
        }
    }

    /** Whether a pin is missing, or another load that this one shall wait for may take it away again. */
    private boolean mustOwn(Pins view) {
        boolean waits = !settings.pinOptions().ownerWait().isZero();
        return declaredPins()
                .map(pin -> claimed(pin).paths())
                .anyMatch(paths -> !view.exists(paths.outer()) || (waits && view.exists(paths.closed())));
    }

    /** Looks at all pins in one generation. */
    private <T> T reading(Function<Pins, @Nullable T> action) {
        T result = pins.reading(settings.pinOptions().root(), action, unused -> {});
        return Objects.requireNonNull(result, "the action returns something");
    }

    private Stream<DeclaredPin> declaredPins() {
        return ObjectPinning.withGenerated(settings.pins(), records).keySet().stream();
    }

    /**
     * The pins at which the load creates a map, with the ends of the names of its files, because no other version has it under another name. If a pin is
     * missing only later, the load fails.
     */
    private Map<ClaimedPin, List<String>> missing() {
        Map<ClaimedPin, List<String>> missing = new LinkedHashMap<>();
        declaredPins().forEach(pin -> {
            ClaimedPin claimed = claimed(pin);
            if (claimed.claim().isHeld() && !exists(claimed.paths())) {
                boolean isOuter =
                        BackendOperations.definition(records, pin.map()).role() == MapRole.OUTER;
                missing.put(claimed, isOuter ? PinPaths.ends() : List.of("", PinNames.SCHEMA));
            }
        });
        return missing;
    }

    private boolean exists(PinPaths paths) {
        return paths.isFree()
                ? pins.exists(paths.outer())
                : upgrade.files(pins, paths.directory()).stream()
                        .anyMatch(file -> file.path().equals(paths.outer()));
    }

    /** Finds the pins, in one generation. */
    private Upgrade upgrade() {
        reading(view -> {
            claimed.clear();
            return declaredPins().map(pin -> claimed(pin, view)).toList();
        });
        Map<DeclaredPin, PinnedMapMigrator> migrators = new LinkedHashMap<>();
        declaredPins()
                .forEach(pin ->
                        migrators.put(pin, new PinnedMapMigrator(records, sized, pin.map(), factory, claimed(pin))));
        return new Upgrade(operation, factory, migrators, settings.pinOptions().acceptsOtherWriters());
    }

    private ClaimedPin claimed(DeclaredPin pin) {
        return claimed(pin, pins);
    }

    private ClaimedPin claimed(DeclaredPin pin, Pins view) {
        return claimed.computeIfAbsent(
                pin.path(settings.pinOptions()),
                path -> new ClaimedPin(pins, PinPaths.of(path, settings.pinOptions(), MapAccess.READ_WRITE, view)));
    }

    /** Loads the object, looks for all that may refuse it later, and pins its maps in the next generation. */
    private LoadedState load(Undo undo) {
        pinning.reuse(plan);
        complete(plan);
        ObjectBackend backend = loader.apply(plan);
        undo.add(backend::close);
        LoadedState object = undo.commit(state(backend)); // it closes the backend
        undo.add(object::close);
        object.watchPlain(pinning.plain());
        if (settings.generated() != null && !declared.isForeign()) {
            object.growInners();
            object.countLostEvents(declared);
        }
        backend.checkAttachments(counted(backend, true), counted(backend, false), attachment -> {
            if (!pinsNone && !isPrepared) {
                throw BpfException.of(Reason.WRONG_USE, attachment)
                        .because(
                                "the action of prepare(...) must not attach a program. If the load failed after that, the pins of the program's"
                                        + " maps would be removed, and counts lost. Call attach(program, hook, pin) between open and load, or"
                                        + " attach it after load()");
            }
            pinning.requireOpen(attachment); // first, because maps that were replaced have no door
            pinning.requirePinned(attachment, backend);
        });
        takeovers.requirePossible(backend);
        upgrade.requireNoOtherWriters(takeovers::replaced, this::otherLinks);
        pinning.pin(operation, backend, plan.reused().keySet());
        return object;
    }

    /** Puts the next generation in use, and completes the maps of the object for its first program. */
    private void publish(LoadedState object, Undo undo) {
        undo.add(() -> {
            if (!takeovers.staysAttached()) {
                upgrade.takeBack(takeovers.mayHaveCounted());
            }
        });
        upgrade.publish();
        if (takeovers.isEmpty()) { // otherwise directly before the first program is attached
            pinning.requirePinned(operation, object.backend());
        }
        InitialSlots.adopt(object, completed);
        object.createRequestTables();
    }

    /**
     * Runs the caller's preparation, attaches the programs, and waits until the programs that they replace have ended. Returns the files beside the
     * pins; none if this load attaches no program.
     */
    private List<Pins.Listed> attach(LoadedState object, Undo undo) {
        preparation.accept(object);
        isPrepared = true;
        undo.add(takeovers::putBack);
        if (!takeovers.isEmpty()) {
            pinning.own(object.backend());
        }
        takeovers.run();
        if (upgrade.hasFormer() || !takeovers.isEmpty()) {
            gracePeriod.run();
        }
        List<Pins.Listed> beside = takeovers.isEmpty() ? List.of() : findBeside();
        settings.pins().stream()
                .map(pin -> claimed(pin).paths())
                .filter(paths -> beside.stream().noneMatch(file -> file.path().equals(paths.user())))
                .forEach(paths -> paths.link(pins));
        if (takeovers.isEmpty()) {
            pinning.giveUp();
        }
        return beside;
    }

    /** Lets the maps of the previous version wait, and warns of what this load leaves as it is. */
    private void settle(LoadedState object, List<Pins.Listed> beside) {
        warnIfNothingIsPinned();
        unlessItFails(() -> upgrade.warnOfCopies(this::otherLinks));
        unlessItFails(() -> warnOfOtherLinks(beside, counted(object.backend(), true)));
        unlessItFails(() -> upgrade.settle(object::mayBeWrittenLater));
        if (settings.generated() != null) {
            unlessItFails(() -> new UnopenedPins(records, pins)
                    .warn(
                            claimed.values().stream().map(ClaimedPin::paths).toList(),
                            now -> upgrade.files(pins, now).stream()
                                    .map(Pins.Listed::path)
                                    .toList()));
        }
        upgrade.warnOfKept();
    }

    /** The new version is in use, so the load has succeeded. */
    private void unlessItFails(Runnable last) {
        try {
            last.run();
        } catch (BpfException e) {
            WarningLog.RUNTIME.warn(
                    operation,
                    "the object is loaded, but a last step failed. No count is lost. Drains may pass the counts of the previous version only"
                            + " after the next start",
                    e);
        }
    }

    /** Whoever names a directory of pins expects that counts outlive the process. */
    private void warnIfNothingIsPinned() {
        List<String> outers = records.maps().stream()
                .filter(map -> map.role() == MapRole.OUTER)
                .map(MapDef::name)
                .toList();
        if (pinsNone && settings.namesPins() && settings.generated() != null && !outers.isEmpty()) {
            WarningLog.RUNTIME.warn(
                    settings.name() + " without pins",
                    ErrorTable.message(
                            "NOTHING_IS_PINNED",
                            operation,
                            settings.pinOptions().root(),
                            String.join(", ", outers),
                            outers.get(0)));
        }
    }

    /** The pinned links beside the maps of this load whose programs it does not replace. */
    private Set<Path> otherLinks() {
        return takeovers.others(filesInSets());
    }

    private List<Pins.Listed> filesInSets() {
        return settings.pins().stream()
                .map(pin -> claimed(pin).paths().set())
                .distinct()
                .flatMap(set -> pins.files(set).stream())
                .toList();
    }

    /**
     * Names the pinned links of earlier starts whose programs use the maps of this load, and which it does not replace: the service counts at another
     * interface now, for example. Throws nothing, because the load has succeeded.
     *
     * @param files those in the sets; none if it may attach its programs later
     * @param pinned the maps of this load, by their ids
     */
    private void warnOfOtherLinks(List<Pins.Listed> files, Map<Integer, String> pinned) {
        try {
            for (Path path : takeovers.others(files)) {
                String program = takeovers.programOf(path, pinned.keySet());
                if (program != null) {
                    WarningLog.RUNTIME.warn(
                            "link of an earlier start " + path,
                            ErrorTable.message("LINK_OF_EARLIER_START", operation, path, program));
                }
            }
        } catch (BpfException e) {
            warnOfUnseenLinks(e);
        }
    }

    /** The files in the sets. None if they can't be seen, which is only logged, because the programs are attached. */
    private List<Pins.Listed> findBeside() {
        try {
            return filesInSets();
        } catch (BpfException e) {
            warnOfUnseenLinks(e);
            return List.of();
        }
    }

    private void warnOfUnseenLinks(BpfException cause) {
        WarningLog.RUNTIME.warn(
                "links of earlier starts", operation + ": can't see the links of earlier starts", cause);
    }

    /** The names, by their ids, of the maps with or without pins in which programs may count. */
    private Map<Integer, String> counted(ObjectBackend backend, boolean arePinned) {
        Map<Integer, String> names = new HashMap<>();
        backend.maps().forEach((name, raw) -> {
            boolean isCounted = completed.map(name).filter(this::mayCount).isPresent();
            if (isCounted && arePinned == pinning.isPinned(name)) {
                names.put(raw.id(), name);
            }
        });
        return names;
    }

    private boolean mayCount(MapDef map) {
        boolean isOuter = map.kind().isMapOfMaps();
        boolean hasEntries = map.role() == MapRole.PLAIN && map.kind().isCopyable();
        return (isOuter && map.definition() == null)
                || ((isOuter || hasEntries) && !completed.contentOf(map).isReadOnlyToPrograms());
    }

    private LoadedState state(ObjectBackend backend) {
        return new LoadedState(
                completed,
                settings.schema(),
                backend,
                pinning.beside(),
                settings.variables(),
                pinning.autoPins().pinned(),
                // The maps of somebody else's object were compared as far as its BTF goes.
                pinning.uncompared(
                        settings.generated() == null || declared.isForeign()
                                ? ExistingMapCheck.withoutLayout(declared, completed)
                                : Set.of()));
    }

    /**
     * Adds to the plan the sizes and the inner maps that the object leaves to user space, or that differ on this kernel or for this caller.
     */
    private void complete(LoadPlan plan) {
        inFile.maps().stream()
                .filter(map -> map.role() != MapRole.INNER && !plan.reused().containsKey(map.name()))
                .forEach(map -> complete(map, plan));
    }

    private void complete(MapDef map, LoadPlan plan) {
        MapDef complete = completed.map(map.name()).orElse(map);
        if (map.role() == MapRole.OUTER && complete.definition() == null) {
            leaveOut(map, plan);
            return;
        }
        if (complete.isSizedAtLoad()) {
            throw BpfException.of(Reason.WRONG_USE, operation)
                    .map(map.name())
                    .because(
                            "max_entries is 0 in the object, because its own loader sets the size, and the kernel rejects 0. Declare the"
                                    + " map in a record of the object, load the object with its generated class, and set the size:"
                                    + " open(file).sizes(...)");
        }
        if (complete.maxEntries() != map.withPages(factory.pageSize()).maxEntries()) {
            plan.maxEntries().put(map.name(), complete.maxEntries());
        }
        if (complete.kind() != map.kind()) {
            plan.kinds().put(map.name(), complete.kind());
        }
        if (map.role() == MapRole.OUTER && changesInner(map, complete)) {
            plan.prototypes().put(map.name(), InnerMapSampleFinder.createForLoad(completed.innerOf(complete), factory));
        }
    }

    /** Leaves out an outer map without inner maps, for which the kernel would return EINVAL. */
    private void leaveOut(MapDef map, LoadPlan plan) {
        ObjectFile file = settings.content();
        List<String> users = file.programs().stream()
                .filter(settings::loads)
                .map(ProgramDef::name)
                .filter(file.usersOf(map.name())::contains)
                .toList();
        if (!users.isEmpty()) {
            String quoted = users.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
            String using = users.size() == 1
                    ? "program " + users.get(0) + " uses it"
                    : "programs " + String.join(", ", users) + " use it";
            throw BpfException.of(Reason.WRONG_USE, operation)
                    .map(map.name())
                    .because(ErrorTable.message("OUTER_WITHOUT_INNERS", using, quoted));
        }
        plan.notCreated().add(map.name());
    }

    private boolean changesInner(MapDef map, MapDef complete) {
        if (map.definition() == null) {
            return true;
        }
        MapDef inner = inFile.innerOf(map);
        // The kernel accepts no sizes for a ring buffer, and libbpf takes them from the type of its events.
        boolean hasEventType = inner.kind().isRing() && (inner.key() != null || inner.value() != null);
        return hasEventType
                || inner.kind() != completed.innerOf(complete).kind()
                || inner.withPages(factory.pageSize()).maxEntries()
                        != completed.innerOf(complete).maxEntries();
    }
}
