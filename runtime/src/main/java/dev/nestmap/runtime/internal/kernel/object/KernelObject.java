/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.btf.DeletingCalls;
import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.kernel.attach.KernelAttachment;
import dev.nestmap.runtime.internal.kernel.attach.PinnedLinkAttacher;
import dev.nestmap.runtime.internal.kernel.attach.StructOpsAttacher;
import dev.nestmap.runtime.internal.kernel.feature.ProgramProbe;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.map.MapInfo;
import dev.nestmap.runtime.internal.kernel.natives.BtfTypeIds;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLog;
import dev.nestmap.runtime.internal.kernel.natives.NativeObject;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.pin.LinkPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.program.ProgramSection;
import dev.nestmap.schema.program.ProgramType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An object that libbpf has loaded into the kernel: the {@link ObjectBackend} for the kernel. It finds the maps and programs of the loaded
 * object. Any thread may use its programs at any time. Its programs, its links and the handles to its maps keep it reachable, so it becomes
 * garbage only after all of them. The {@link LibbpfObject} survives it and can then be freed.
 */
public final class KernelObject implements ObjectBackend {
    private final String name;
    private final NativeObject object;
    private final Map<String, RawMap> maps;
    private final Map<String, RawMap> sections;
    private final List<UntypedProgram> programs;
    private final KernelMapFactory factory = new KernelMapFactory();
    private final Map<String, BtfTypeIds> innerTypes;
    private final boolean mayDeleteFromInnerMaps;
    private final LibbpfObject libbpfObject;
    private final LinkPins linkPins;

    /** Two threads must not find that a program is not attached, and both attach it. */
    private final Mutex attaching = new Mutex();

    private KernelObject(
            String name,
            NativeObject object,
            Map<String, BtfTypeIds> innerTypes,
            Map<String, String> programTypes,
            boolean mayDeleteFromInnerMaps,
            LinkPins links) {
        this.mayDeleteFromInnerMaps = mayDeleteFromInnerMaps;
        this.linkPins = links;
        this.name = name;
        this.object = object;
        this.innerTypes = innerTypes;
        this.maps = loaded(object.declared());
        this.sections = loaded(object.sections());
        List<RawMap> all = Stream.concat(this.maps.values().stream(), sections.values().stream())
                .toList();
        this.libbpfObject = new LibbpfObject(name, object, all);
        this.programs = programs(object, programTypes);
    }

    /**
     * Loads an object into the kernel: all of it or nothing.
     *
     * @param name the object's name in messages and in the names of the maps that libbpf creates for data sections
     * @param elf the bytes of the object file
     * @param plan for its maps
     * @param links where and how its links and programs are pinned
     * @throws BpfException if libbpf is missing or can't read the object, or if the kernel rejects a map or a program; the exception's log
     *     says which and why
     */
    public static KernelObject load(String name, byte[] elf, LoadPlan plan, LinkPins links) {
        try (LibbpfLog.Capture log = LibbpfLog.capture();
                TargetPrograms targets = TargetPrograms.open(name, plan)) {
            NativeObject object = new ObjectFileOpener(name, log).open(elf, plan);
            try (Undo undo = new Undo(object::close)) {
                ObjectPreparation preparation = new ObjectPreparation(name, object, plan.programTypes(), targets, log);
                Map<String, BtfTypeIds> innerTypes = preparation.innerTypes();
                preparation.apply(plan);
                int result = object.load();
                if (result < 0) {
                    throw new LoadFailure(preparation, object, readableMaps(name, elf), log.forException())
                            .exception("load of object " + name, -result);
                }
                return undo.commit(new KernelObject(
                        name, object, innerTypes, plan.programTypes(), mayDeleteFromInnerMaps(name, elf), links));
            }
        }
    }

    private static boolean mayDeleteFromInnerMaps(String name, byte[] elf) {
        try {
            return DeletingCalls.areIn(name, elf);
        } catch (MalformedObjectException e) { // libbpf can read it
            return true;
        }
    }

    @Override
    public boolean mayDeleteFromInnerMaps() {
        return mayDeleteFromInnerMaps;
    }

    private static List<MapDef> readableMaps(String name, byte[] elf) {
        try {
            return ObjectFile.parseReadable(name, elf, new ArrayList<>())
                    .schema()
                    .maps();
        } catch (MalformedObjectException e) {
            return List.of();
        }
    }

    /** The loaded maps that this version of Nestmap knows. No accessor can use others. */
    private Map<String, RawMap> loaded(Map<String, Long> pointers) {
        Map<String, RawMap> maps = new LinkedHashMap<>();
        pointers.forEach((name, map) -> {
            // Since libbpf 1.4, a map that was not created has a file descriptor too, of another file.
            if (object.libbpf().bpf_map__autocreate(map) != 0) {
                int fd = object.libbpf().bpf_map__fd(map);
                if (MapKind.ofNumber(MapInfo.of(fd).type()).isPresent()) {
                    maps.put(name, KernelMap.borrowing(fd, name));
                }
            }
        });
        return Collections.unmodifiableMap(maps);
    }

    private List<UntypedProgram> programs(NativeObject object, Map<String, String> types) {
        List<UntypedProgram> programs = new ArrayList<>();
        LibBpf libbpf = object.libbpf();
        for (long program : object.programs()) {
            // A program without a file descriptor was not loaded, such as one of SEC("?...").
            if (libbpf.bpf_program__fd(program) >= 0) {
                String loadedAs = types.get(libbpf.bpf_program__name(program));
                programs.add(new KernelProgram(this, NativeProgram.of(program, loadedAs)));
            }
        }
        return List.copyOf(programs);
    }

    @Override
    public Map<String, RawMap> maps() {
        return maps;
    }

    @Override
    public Map<String, RawMap> sections() {
        return sections;
    }

    @Override
    public List<UntypedProgram> programs() {
        return programs;
    }

    @Override
    public Set<Integer> mapIdsOf(Program program) {
        if (program instanceof KernelProgram own && own.isOf(this)) {
            return own.mapIds();
        }
        throw new IllegalArgumentException("program " + program.name() + " does not belong to object " + name);
    }

    @Override
    public MapFactory factory() {
        return factory;
    }

    /** Creates maps with the types that the source declares, so that tools show their fields and the kernel finds the fields it manages. */
    @Override
    public MapFactory inners(String outer) {
        BtfTypeIds types = innerTypes.get(outer);
        int btfFd = object.libbpf().bpf_object__btf_fd(object.pointer());
        return types == null || btfFd < 0 ? factory : new KernelMapFactory(types.in(btfFd));
    }

    /** Asks about a map with one entry. The answer does not depend on the number. */
    @Override
    public boolean mayUseAlone(String outer, MapShape inner, ProgramType type) {
        int entries = !inner.kind().isSized() ? 0 : inner.kind().isRing() ? MapKind.PAGE_SIZE : 1;
        try (RawMap alone = inners(outer).create(inner.withMaxEntries(entries), null)) {
            return ProgramProbe.mayUse(type, KernelMap.of(alone).fd());
        }
    }

    @Override
    public boolean inMemory() {
        return false;
    }

    @Override
    public Optional<ObjectBackend.Remains> remains() {
        return Optional.of(libbpfObject);
    }

    @Override
    public void close() {
        libbpfObject.detachAndClose();
    }

    @Override
    public Link attachStructOps(String struct, @Nullable LinkPin pin) {
        String operation = "attachment of struct " + struct;
        StructOpsAttacher attacher = whileOpen(operation, () -> {
            long map = struct(operation, struct);
            return new StructOpsAttacher(operation, map, object.isLinked(map));
        });
        int mapId = structMap(operation, struct).id();
        LibbpfObject.Attached attached = new LibbpfObject.Attached(struct, 0, null, null);
        if (pin == null) {
            Link link = keep(attached, mapId, null, false, () -> {
                linkPins.requireCurrentMaps(operation, mapIdsOfStructs());
                return attacher.attach();
            });
            linkPins.warnOfUnpinnedLink(operation, struct, mapIdsOfStructs());
            return link;
        }
        attacher.requireLinked();
        if (!pin.acceptsUnpinnedMaps()) {
            linkPins.requirePinnedMaps(operation, mapIdsOfStructs());
        }
        Path path = linkPins.resolve(pin.path());
        Pins.Lock owner = linkPins.claim(path).acquire(operation); // the object may be closed meanwhile
        try (Undo undo = new Undo(owner::close)) {
            return keep(
                    attached,
                    mapId,
                    path,
                    pin.acceptsUnpinnedMaps(),
                    () -> undo.commit(attacher.attachPinned(linkPins, path, owner)));
        }
    }

    /** Prepares the attachment of a program that is loaded, with a pinned link. */
    public PinnedLinkAttacher takeover(String program, Hook<?, ?> hook, LinkPin pin) {
        return programs.stream()
                .filter(candidate -> candidate.name().equals(program))
                .map(found -> KernelProgram.of(found).takeover(hook, pin))
                .findFirst()
                .orElseThrow();
    }

    /** The ids of the maps that the program or the structs of a link use. */
    Set<Integer> mapIdsOf(KernelLink.Info link) {
        return link.kind() == KernelLink.Kind.STRUCT_OPS
                ? mapIdsOfStructs()
                : mapIds(program -> program.id() == link.programId());
    }

    /** The kernel does not show which functions a struct contains, so these are the maps of the functions of all structs. */
    private Set<Integer> mapIdsOfStructs() {
        return mapIds(program -> ProgramSection.of(program.section())
                .filter(section -> section.type() == ProgramType.STRUCT_OPS)
                .isPresent());
    }

    private Set<Integer> mapIds(Predicate<UntypedProgram> condition) {
        return programs.stream()
                .filter(condition)
                .map(this::mapIdsOf)
                .flatMap(Set::stream)
                .collect(Collectors.toSet());
    }

    /**
     * Makes an attachment, which ends with this object at the latest.
     *
     * @param description the program, and what it is attached to
     * @param runningId id of the program, or of the map of the struct
     * @param pin where the attachment pins its link; null if it does not
     * @param acceptsUnpinnedMaps whether the program may count in maps without pins although its link is pinned
     */
    Link keep(
            LibbpfObject.Attached description,
            int runningId,
            @Nullable Path pin,
            boolean acceptsUnpinnedMaps,
            Supplier<KernelAttachment> attach) {
        String what = description.description();
        return whileOpen("attachment of " + what, () -> {
            KernelAttachment attached = attaching.holding(() -> {
                KernelAttachment made = attach.get();
                libbpfObject.keep(made, description);
                return made;
            });
            return attached.link() < 0
                    ? new UnlinkedAttachment(this, attached, "the attachment of " + what)
                    : new AttachedLink(
                            this, attached, "the link of " + what, linkPins, runningId, pin, acceptsUnpinnedMaps);
        });
    }

    /** libbpf's pointer to the map of this struct. */
    private long struct(String operation, String struct) {
        Map<String, Long> structs = object.structs();
        Long map = structs.get(struct);
        if (map != null) {
            return map;
        }
        throw BpfException.of(Reason.NOT_FOUND, operation)
                .because(
                        structs.isEmpty()
                                ? "the object has no variable in SEC(\".struct_ops.link\") or SEC(\".struct_ops\"): put "
                                        + struct + " into one of these sections"
                                : "the object has no struct " + struct
                                        + " in SEC(\".struct_ops.link\") or SEC(\".struct_ops\"), only "
                                        + String.join(", ", structs.keySet()));
    }

    private RawMap structMap(String operation, String struct) {
        RawMap map = maps().get(struct);
        if (map == null) {
            throw BpfException.of(Reason.WRONG_USE, operation)
                    .because(
                            "libbpf did not create the struct, because the name of its section starts with a question mark: remove the"
                                    + " question mark");
        }
        return map;
    }

    /** Runs an action on a program of this object, which stays open during the action. */
    <T extends @Nullable Object> T whileOpen(String operation, Supplier<T> action) {
        return OperationListeners.reporting(() -> libbpfObject.whileOpen(operation, action));
    }

    /** The attachments, which this object ends. */
    LibbpfObject attachments() {
        return libbpfObject;
    }

    @Override
    public int attachments(String program) {
        return whileOpen("reading of the links of object " + name, () -> libbpfObject.attachments(program));
    }

    @Override
    public List<ObjectBackend.DetachedLink> detachedLinks(Predicate<String> programs) {
        return whileOpen(
                "reading of information about the links of object " + name, () -> libbpfObject.detachedLinks(programs));
    }

    @Override
    public void checkAttachments(Map<Integer, String> pinned, Map<Integer, String> unpinned, Consumer<String> check) {
        linkPins.checkAttachments(pinned, unpinned, check);
    }

    /** Pins of this object's links and programs. */
    LinkPins linkPins() {
        return linkPins;
    }

    /**
     * An attachment that is not a single link of the kernel, such as a tc filter.
     *
     * @param object the program's object, which the link keeps reachable
     * @param name the link, for messages
     */
    private record UnlinkedAttachment(KernelObject object, KernelAttachment attachment, String name) implements Link {
        @Override
        public void close() {
            object.attachments().detach(attachment);
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
