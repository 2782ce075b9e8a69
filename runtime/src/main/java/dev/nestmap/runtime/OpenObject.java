/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.attach.AttachableProgram;
import dev.nestmap.runtime.attach.DeclaredProgram;
import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.load.BackendOperations;
import dev.nestmap.runtime.internal.load.GeneratedClass;
import dev.nestmap.runtime.internal.load.LoadSettings;
import dev.nestmap.runtime.internal.load.LoadedState;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An object file that is open but not loaded. Each method changes a setting of {@link #load} and returns this object. You may load it several
 * times. You need not close it, because it holds no resources of the kernel. Not thread-safe.
 *
 * @param <T> the class of the loaded object
 * @param <S> this class
 */
public abstract class OpenObject<T extends LoadedObject, S extends OpenObject<T, S>> {
    private final LoadSettings settings;
    private final Function<ObjectBinding, T> constructor;
    private final List<Consumer<? super T>> preparations = new ArrayList<>();

    /**
     * Opens an object file. Generated code calls it.
     *
     * @param spec the object's records
     * @param file path of the object file; null for {@code META-INF/bpf/<package>/<header>.bpf.o} on the class path
     * @param constructor creates the generated class
     * @throws BpfException if the file can't be read
     */
    protected OpenObject(ObjectSpec spec, @Nullable Path file, Function<ObjectBinding, T> constructor) {
        this(GeneratedClass.of(spec).open(file), constructor);
    }

    OpenObject(LoadSettings settings, Function<ObjectBinding, T> constructor) {
        this.settings = settings;
        this.constructor = constructor;
    }

    /**
     * Sets the initial value of a global variable that is a number, a {@code bool} or an enum.
     *
     * @param name name in C. For a field of a struct, append the name of the field: {@code config.max_pps}
     * @param value the value; for an unsigned variable of 8 bytes, a {@code long} with the same 64 bits
     * @return this object
     * @throws BpfException if the object has no such variable; the message lists its variables. A {@code static} variable in C has no name
     *     outside of its file
     * @throws IllegalArgumentException if the variable has a different type, or the value is out of its range
     */
    public final S global(String name, long value) {
        settings.set(name, value);
        return self();
    }

    /**
     * Sets the initial value of any global variable.
     *
     * @param name name in C, as in {@link #global(String, long)}
     * @param value all bytes of the variable, in the byte order of this machine
     * @return this object
     * @throws BpfException if the object has no such variable
     * @throws IllegalArgumentException if the variable has a different size
     */
    public final S global(String name, byte[] value) {
        settings.set(name, value);
        return self();
    }

    /**
     * Loads only these programs, even if the object does not load them by default ({@code SEC("?xdp")}). The other programs may need features
     * that this kernel lacks, because the verifier never sees them. All maps are created.
     *
     * @param names names of C functions; none to load only the maps
     * @return this object
     * @throws BpfException if the object has no program with one of these names; the message lists its programs
     */
    public final S onlyPrograms(String... names) {
        settings.select(List.of(names), true);
        return self();
    }

    /**
     * Loads all programs that the object loads by default, except these.
     *
     * @param names names of C functions
     * @return this object
     * @throws BpfException if the object has no program with one of these names; the message lists its programs
     */
    public final S withoutPrograms(String... names) {
        settings.select(List.of(names), false);
        return self();
    }

    /**
     * Gives a program the type of a section that libbpf knows: {@code loadAs("handle", "tcx/ingress")}. Call this method if libbpf does not know the
     * program's section, for example {@code SEC("from-container")}, unless its {@code @BpfProgram} already has a {@code loadAs}.
     *
     * @param program name of the C function
     * @param section the section that determines the program type and the attach type. If the verifier needs a target, the section names it: {@code
     *     fentry/do_unlinkat}
     * @return this object
     * @throws BpfException if the object has no such program; the message lists those that it has
     * @throws IllegalArgumentException if libbpf does not know the section, or if the section lacks a target that the verifier needs
     */
    public final S loadAs(String program, String section) {
        settings.loadAs(program, section);
        return self();
    }

    /**
     * Lets a program replace or trace a function of another BPF program instead of a kernel function. The program's section names the function:
     * {@code freplace/FUNCTION} replaces it, {@code fentry/FUNCTION} and {@code fexit/FUNCTION} trace it. Attach the program with {@code attach()}.
     *
     * @param program name of the C function
     * @param target the kernel's id of the other program, which is loaded: {@link Program#id}
     * @return this object
     * @throws BpfException if the object has no such program; the message lists those that it has
     */
    public final S target(String program, int target) {
        settings.target(program, target);
        return self();
    }

    /**
     * Names a file with the kernel's types (BTF), from which libbpf takes the offsets of the kernel's structs (CO-RE). Call this if the
     * kernel was built without types. {@code pahole --btf_encode_detached=FILE vmlinux} writes the file from the kernel's debug information.
     * Programs that attach by the kernel's types, such as {@code fentry}, still need types in the kernel itself.
     *
     * @param file the types of exactly the running kernel. With the types of a different kernel, programs read wrong bytes
     * @return this object
     * @throws BpfException if the file can't be read
     */
    public final S kernelTypes(Path file) {
        settings.kernelTypes(file);
        return self();
    }

    /**
     * Sets the directory of pins, and the permissions and owner of new pins.
     *
     * @param options the options
     * @return this object
     */
    public final S pins(PinOptions options) {
        settings.pins(options);
        return self();
    }

    /**
     * Attaches a program when the object is loaded. If an earlier run pinned its link there, the program takes the link over (see {@link
     * AttachableProgram#attach(Hook, LinkPin)}). {@link #load} then waits until the old program no longer runs on any CPU.
     *
     * <p>Before the load changes anything, this process becomes the owner of the pinned link and of the object's pinned outer maps. If another
     * service owns them, the load fails with {@link Reason#BUSY}, or waits (see {@link PinOptions#withOwnerWait}). If the load fails after it has
     * attached the program, it gives the link its previous program again. This requires CAP_SYS_ADMIN, and a link whose program the kernel can
     * replace.
     *
     * <p>If the pinned maps are of another version, the load also upgrades them: see {@link #load}. If the process is killed at any point,
     * the old or the new program stays attached (except with {@code GAP}), and the next load continues the upgrade.
     *
     * @param program a program that the records declare
     * @param hook the target and the options of the attachment
     * @param pin the pin of the link
     * @param <P> the kind of the program
     * @return this object
     * @throws BpfException if the kernel can't replace links of this kind as the pin requires
     */
    public final <P> S attach(DeclaredProgram<P> program, Hook<? super P, ? extends KernelLink> hook, LinkPin pin) {
        settings.attach(program.name(), fitting(hook), pin);
        return self();
    }

    /**
     * Does the same as {@link #attach} for an undeclared program. If the hook does not fit the program's section, {@link #load} fails.
     *
     * @param program name of the C function
     * @param hook the target and the options of the attachment
     * @param pin the pin of the link
     * @return this object
     * @throws BpfException if the object has no such program, or if the kernel can't replace links of this kind as the pin requires
     */
    public final S attachByName(String program, Hook<? super Hook.AnyKind, ? extends KernelLink> hook, LinkPin pin) {
        settings.attach(program, hook, pin);
        return self();
    }

    /**
     * Ignores the pins that the object file declares for its maps ({@code LIBBPF_PIN_BY_NAME}): the load creates new maps and does not pin them.
     * Without this call, the load looks in the directory of {@link #pins} ({@code /sys/fs/bpf} by default). It reuses each map that is pinned there
     * under its name, pins all others there, and logs each at level INFO. This call does not affect pins that a record declares.
     *
     * @return this object
     */
    public final S withoutAutoPins() {
        settings.withoutAutoPins();
        return self();
    }

    /**
     * Sets an action that prepares the object before its first program is attached. The action can create inner maps and write settings, so
     * that the program finds them at its first event. If the action throws, the load fails, and no program is attached.
     *
     * @param action prepares the object that {@link #load} will return. It must not close the object, and must not attach programs (use {@link
     *     #attach}). It must not create other maps in the directory of the object's pins, neither with a load nor with {@code create(pin)}
     * @return this object
     */
    public final S prepare(Consumer<? super T> action) {
        preparations.add(Objects.requireNonNull(action, "action"));
        return self();
    }

    /**
     * Loads the object into the kernel, completely or not at all.
     *
     * <p>If the pinned maps have a different version of the records, older or newer, the load replaces them. Outer maps start with empty inner maps
     * at the same keys. Once no program writes to the old inner maps any more, drains pass their entries, converted to the new records. Maps that
     * programs can't write ({@code RDONLY_PROG} in both versions) are copied, even if they are inner maps. All other plain maps start empty, and the
     * old ones wait. If programs need entries in the new maps, write them in {@link #prepare}. The load matches components and constants of enums by
     * their names, and by {@code @Was}, {@code @Removed} and {@code @Omittable} of both versions. Entries that can't be converted wait, and a warning
     * names them. The load fails if another program still uses an old map (unless {@link PinOptions#withOtherWriters} is set), or if {@link
     * PinOptions#withoutUpgrade} is set.
     *
     * @return the loaded object, which the caller closes
     * @throws BpfException if the object differs from its records, if a required value is missing, or if libbpf or the kernel rejects the
     *     object
     */
    public final T load() {
        AtomicReference<T> prepared = new AtomicReference<>();
        LoadedState state = BackendOperations.load(settings, loaded -> {
            T object = loaded.bound(constructor);
            prepared.set(object);
            preparations.forEach(preparation -> preparation.accept(object));
        });
        T object = prepared.get();
        return object != null ? object : state.bound(constructor);
    }

    /**
     * Sets sizes. Generated code calls it.
     *
     * @param sized the object's records with the sizes
     * @return this object
     */
    protected final S withSizes(ObjectSpec sized) {
        settings.resize(GeneratedClass.of(sized));
        return self();
    }

    /**
     * Sets the initial value of a variable that a record declares. Generated code calls it.
     *
     * @param name name in C
     * @param codec converts the record to bytes
     * @param value the value
     * @param <V> the record
     * @return this object
     */
    protected final <V> S withValue(String name, Codec<V> codec, V value) {
        settings.initialize(name, codec, value);
        return self();
    }

    /** Each kind is one that {@link Hook.AnyKind} extends, which the compiler does not know. */
    @SuppressWarnings("unchecked")
    private static Hook<? super Hook.AnyKind, ? extends KernelLink> fitting(Hook<?, ? extends KernelLink> hook) {
        return (Hook<? super Hook.AnyKind, ? extends KernelLink>) hook;
    }

    @SuppressWarnings("unchecked") // S is the class of this object
    private S self() {
        return (S) this;
    }
}
