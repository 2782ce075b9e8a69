/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import java.nio.file.Path;
import java.util.Objects;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Platform;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.Delegate;
import jnr.ffi.annotations.IgnoreError;
import org.jspecify.annotations.Nullable;

/**
 * The native functions that Nestmap calls, declared as in their headers: pointers and {@code size_t} are {@code long}, enums and {@code
 * __u32} are {@code int}.
 *
 * <p>Do not declare a function with six primitive parameters: on x86-64, JNR 2.3.4 passes garbage as the sixth argument. The interfaces are
 * public because JNR implements them in another class loader.
 */
public final class Native {
    private static final String LIBBPF = "libbpf.so.1";

    /** Largest errno in an error pointer: {@code MAX_ERRNO} in {@code linux/err.h}. Error pointers are the last 4095 addresses. */
    private static final long MAX_ERRNO = 4095;

    /** {@code asm-generic/fcntl.h}. */
    private static final int O_CLOEXEC = 0x80000;

    private static final int O_PATH = 0x200000;

    /** {@code PROT_...} and {@code MAP_...} in {@code asm-generic/mman-common.h} and {@code linux/mman.h}, for {@link LibC#mmap}. */
    public static final int PROT_READ = 1;

    public static final int PROT_WRITE = 2;
    public static final int MAP_SHARED = 1;

    /** The address that {@link LibC#mmap} returns if it fails. */
    public static final long MAP_FAILED = -1;

    /** {@code linux/fcntl.h}. */
    private static final int F_DUPFD_CLOEXEC = 1030;

    private Native() {}

    /** {@code bpf/bpf.h} and {@code bpf/libbpf.h}. Functions that return int return a negative errno on failure. */
    @SuppressWarnings("MemberName") // the names are libbpf's
    public interface LibBpf {
        // Called often. The result contains the errno, so JNR does not have to save it.
        @IgnoreError
        int bpf_map_lookup_elem(int fd, long key, long value);

        @IgnoreError
        int bpf_map_lookup_elem_flags(int fd, long key, long value, long flags);

        @IgnoreError
        int bpf_map_update_elem(int fd, long key, long value, long flags);

        @IgnoreError
        int bpf_map_lookup_and_delete_elem(int fd, long key, long value);

        @IgnoreError
        int bpf_map_lookup_and_delete_elem_flags(int fd, long key, long value, long flags);

        @IgnoreError
        int bpf_map_delete_elem(int fd, long key);

        @IgnoreError
        int bpf_map_get_next_key(int fd, long key, long next_key);

        int bpf_map_lookup_batch(int fd, long in_batch, long out_batch, long keys, long values, long count, long opts);

        int bpf_map_lookup_and_delete_batch(
                int fd, long in_batch, long out_batch, long keys, long values, long count, long opts);

        int bpf_map_update_batch(int fd, long keys, long values, long count, long opts);

        int bpf_map_delete_batch(int fd, long keys, long count, long opts);

        int bpf_map_create(int map_type, String map_name, int key_size, int value_size, int max_entries, long opts);

        int bpf_btf_load(long btf_data, long btf_size, long opts);

        int bpf_btf_get_fd_by_id(int id);

        int bpf_map_get_fd_by_id(int id);

        int bpf_prog_get_fd_by_id(int id);

        int bpf_map_get_next_id(int start_id, long next_id);

        int bpf_prog_get_next_id(int start_id, long next_id);

        int bpf_obj_pin(int fd, String pathname);

        int bpf_obj_get_opts(String pathname, long opts);

        int bpf_obj_get_info_by_fd(int bpf_fd, long info, long info_len);

        int bpf_prog_test_run_opts(int prog_fd, long opts);

        long bpf_object__open_mem(long obj_buf, long obj_buf_sz, long opts);

        int bpf_object__load(long obj);

        void bpf_object__close(long obj);

        long bpf_object__next_map(long obj, long map);

        long bpf_object__next_program(long obj, long prog);

        @Nullable
        String bpf_map__name(long map);

        int bpf_map__reuse_fd(long map, int fd);

        int bpf_map__set_inner_map_fd(long map, int fd);

        int bpf_map__set_value_size(long map, int size);

        int bpf_map__set_max_entries(long map, int max_entries);

        /** The initial content of a section's map before the load, and its size at {@code psize}; otherwise 0. */
        long bpf_map__initial_value(long map, long psize);

        int bpf_map__set_initial_value(long map, long data, long size);

        /** NULL as {@code path} removes the path. */
        int bpf_map__set_pin_path(long map, long path);

        /** The second parameter is a C {@code bool}, 0 or 1. */
        int bpf_map__set_autocreate(long map, int autocreate);

        int bpf_map__fd(long map);

        int bpf_map__type(long map);

        /** The declared inner map of an outer map, before the load; otherwise 0. */
        long bpf_map__inner_map(long map);

        int bpf_map__btf_key_type_id(long map);

        int bpf_map__btf_value_type_id(long map);

        int bpf_object__btf_fd(long obj);

        /** Returns a C {@code bool}: only the lowest byte of the register is defined. */
        byte bpf_map__is_internal(long map);

        @Nullable
        String bpf_program__name(long prog);

        @Nullable
        String bpf_program__section_name(long prog);

        int bpf_program__fd(long prog);

        /** The second parameter is a C {@code bool}, 0 or 1. */
        int bpf_program__set_autoload(long prog, int autoload);

        /** JNR passes six arguments correctly, because three are objects. */
        long bpf_program__attach_usdt(
                long prog, int pid, String binary_path, String usdt_provider, String usdt_name, long opts);

        String libbpf_version_string();

        int bpf_program__expected_attach_type(long prog);

        int bpf_prog_attach(int prog_fd, int attachable_fd, int type, int flags);

        int bpf_prog_detach2(int prog_fd, int attachable_fd, int type);

        int bpf_link__destroy(long link);

        int bpf_xdp_query_id(int ifindex, int flags, long prog_id);

        int bpf_tc_hook_create(long hook);

        int bpf_tc_attach(long hook, long opts);

        int bpf_tc_query(long hook, long opts);

        int bpf_tc_detach(long hook, long opts);

        int bpf_program__type(long prog);

        int bpf_program__set_type(long prog, int type);

        int bpf_program__set_expected_attach_type(long prog, int type);

        int bpf_program__flags(long prog);

        int bpf_program__set_flags(long prog, int flags);

        int libbpf_num_possible_cpus();

        long libbpf_set_print(PrintFunction fn);
    }

    /** {@code libbpf_print_fn_t}. */
    public interface PrintFunction {
        /** Must not throw: its caller is C code. */
        @Delegate
        int print(int level, long format, long arguments);
    }

    /** The C library. */
    @SuppressWarnings("MemberName") // the names are C's
    public interface LibC {
        int open(String pathname, int flags);

        /** Variadic in C, as {@link #fcntl}. The fourth argument matters only for new files. */
        int openat(int dirfd, String pathname, int flags);

        int statx(int dirfd, String pathname, int flags, int mask, long statxbuf);

        int utimensat(int dirfd, String pathname, long times, int flags);

        int mkdirat(int dirfd, String pathname, int mode);

        int unlinkat(int dirfd, String pathname, int flags);

        int renameat(int olddirfd, String oldpath, int newdirfd, String newpath);

        int chmod(String pathname, int mode);

        int chown(String pathname, int owner, int group);

        long readlink(String pathname, long buf, long bufsiz);

        int geteuid();

        int getegid();

        int flock(int fd, int operation);

        int fstatfs(int fd, long buf);

        int close(int fd);

        long read(int fd, long buf, long count);

        /** Variadic in C. With one integer the calling convention is the same on the machines that Nestmap supports. */
        int fcntl(int fd, int op, long arg);

        int getpagesize();

        /** The first parameter is an object, so that JNR passes the sixth argument correctly. */
        Pointer mmap(@Nullable Pointer addr, long length, int prot, int flags, int fd, long offset);

        /** One parameter is an object, so that JNR passes the sixth argument correctly. */
        long syscall(long number, Pointer attr, long pid, long cpu, long group, long flags);

        /** Variadic in C, like the other one. */
        long syscall(long number, int cmd, long attr, int size);

        int munmap(long addr, long length);

        int poll(long fds, long nfds, int timeout);

        int setsockopt(int sockfd, int level, int optname, long optval, int optlen);

        int getsockopt(int sockfd, int level, int optname, long optval, long optlen);

        int if_nametoindex(String ifname);

        /** Allocates the string. A {@code va_list} parameter is a pointer in the ABIs of Linux. */
        int vasprintf(long strp, long fmt, long ap);

        void free(long ptr);
    }

    /** libbpf, loaded by the first call. Throws a {@link BpfException} if it can't be loaded. */
    public static LibBpf libbpf() {
        return Loaded.ATTEMPT.requireLibbpf();
    }

    /** The C library. */
    public static LibC libc() {
        return Loaded.ATTEMPT.requireLibc();
    }

    /** Opens a file or directory read-only with {@code O_CLOEXEC}. Returns -1 on failure, and sets errno. */
    public static int open(Path path) {
        return libc().open(path.toString(), O_CLOEXEC);
    }

    /** Duplicates a file descriptor, with {@code FD_CLOEXEC}. Returns -1 on failure, and sets errno. */
    public static int duplicate(int fd) {
        return libc().fcntl(fd, F_DUPFD_CLOEXEC, 0);
    }

    /**
     * Opens a file or directory with {@code O_PATH | O_NOFOLLOW}: a descriptor that only names it. Returns -1 on failure, and sets errno.
     *
     * @param directory descriptor of the directory; ignored if the path is absolute
     */
    public static int openPath(int directory, String path) {
        return libc().openat(directory, path, O_PATH | noFollow() | O_CLOEXEC);
    }

    /** Does the same as {@link #openPath} with the file that a symbolic link names. */
    public static int openTarget(int directory, String path) {
        return libc().openat(directory, path, O_PATH | O_CLOEXEC);
    }

    /** {@code O_NOFOLLOW}: {@code asm-generic/fcntl.h}, and the {@code asm/fcntl.h} of the architectures that differ. */
    private static int noFollow() {
        Platform.CPU cpu = Platform.getNativePlatform().getCPU();
        return switch (cpu) {
            case AARCH64, ARM, PPC, PPC64, PPC64LE -> 0x8000;
            default -> 0x20000;
        };
    }

    /** Calls perf_event_open, which has no function in the C library. Returns -1 on failure, and sets errno. */
    static long perfEventOpen(long attr, long pid, long cpu, long group, long flags) {
        LibC libc = libc();
        Pointer address = Pointer.wrap(Runtime.getRuntime(libc), attr);
        return libc.syscall(perfEventOpenNumber(), address, pid, cpu, group, flags);
    }

    /** Calls bpf(2), which has no function in the C library. Returns -1 on failure, and sets errno. */
    public static int bpf(int command, long attr, int size) {
        return Math.toIntExact(libc().syscall(bpfNumber(), command, attr, size));
    }

    /**
     * Calls getdents64, which has no function in every C library: reads entries of an open directory. Returns how many bytes it read, 0 at
     * the end, or -1 on failure, and sets errno.
     */
    public static int directoryEntries(int fd, long buffer, int size) {
        return Math.toIntExact(libc().syscall(directoryEntriesNumber(), fd, buffer, size));
    }

    /** {@code __NR_getdents64} in {@code asm/unistd.h}. */
    private static long directoryEntriesNumber() {
        Platform.CPU cpu = Platform.getNativePlatform().getCPU();
        return switch (cpu) {
            case X86_64 -> 217;
            case AARCH64, RISCV64, LOONGARCH64 -> 61;
            case PPC64, PPC64LE -> 202;
            case S390X -> 220;
            default ->
                throw new UnsupportedOperationException(
                        "pins are not supported on " + cpu + ": Nestmap does not know the number of getdents64");
        };
    }

    /** {@code __NR_bpf} in {@code asm/unistd.h}. */
    private static long bpfNumber() {
        Platform.CPU cpu = Platform.getNativePlatform().getCPU();
        return switch (cpu) {
            case X86_64 -> 321;
            case AARCH64, RISCV64, LOONGARCH64 -> 280;
            case PPC64, PPC64LE -> 361;
            case S390X -> 351;
            default ->
                throw new UnsupportedOperationException(
                        "links are not supported on " + cpu + ": Nestmap does not know the number of bpf(2)");
        };
    }

    /** {@code __NR_perf_event_open} in {@code asm/unistd.h}. */
    private static long perfEventOpenNumber() {
        Platform.CPU cpu = Platform.getNativePlatform().getCPU();
        return switch (cpu) {
            case X86_64 -> 298;
            case AARCH64, RISCV64, LOONGARCH64 -> 241;
            case PPC64, PPC64LE -> 319;
            case S390X -> 331;
            default ->
                throw new UnsupportedOperationException("perf event arrays are not supported on " + cpu
                        + ": Nestmap does not know the number of" + " perf_event_open");
        };
    }

    /** The errno of this thread's last call of a function that does not return an errno. */
    public static int lastErrno() {
        return Runtime.getRuntime(libbpf()).getLastError();
    }

    /**
     * The errno of the call that returned this pointer, or 0 if the pointer is valid. Call it right after that call, because libbpf 1.x
     * returns NULL and sets errno.
     */
    public static int errnoOf(long pointer) {
        if (pointer == 0) {
            int errno = lastErrno();
            return errno == 0 ? ErrnoNumbers.EINVAL : errno;
        }
        return Long.compareUnsigned(pointer, -MAX_ERRNO) >= 0 ? (int) -pointer : 0;
    }

    private static String explain(LinkageError error) {
        if (error instanceof NoClassDefFoundError) {
            return "class " + error.getMessage()
                    + " is missing: put all dependencies of nestmap-runtime onto the class path; with a module path,"
                    + " start the Java VM with --add-modules ALL-MODULE-PATH, because JNR-FFI does not declare the"
                    + " modules that it needs";
        }
        if (String.valueOf(error.getMessage()).contains("could not load FFI provider")) {
            return "this Java VM denies native access, or JNR-FFI can't unpack its native library: start the VM with"
                    + " --enable-native-access=ALL-UNNAMED, and with a java.io.tmpdir that is not mounted noexec";
        }
        return "java.library.path, LD_LIBRARY_PATH and the system's library directories contain no library that can be"
                + " loaded: install the package libbpf1 (Debian, Ubuntu) or libbpf (Fedora, Arch, Alpine), version 1.0 or"
                + " newer; BPF only exists on Linux";
    }

    /** Initialised on first use. */
    private static final class Loaded {
        private static final Attempt ATTEMPT = Attempt.at(LIBBPF);
    }

    /** The libraries, or the reason why they can't be loaded. It is kept because the VM reports it only once. */
    record Attempt(
            String name,
            @Nullable LibBpf libbpf,
            @Nullable LibC libc,
            @Nullable LinkageError failure) {
        static Attempt at(String name) {
            try {
                LibC libc = load(LibC.class, Platform.getNativePlatform().getStandardCLibraryName());
                LibBpf libbpf = load(LibBpf.class, name);
                LibbpfLog.install(libbpf, libc);
                return new Attempt(name, libbpf, libc, null);
            } catch (LinkageError e) {
                return new Attempt(name, null, null, e);
            }
        }

        private static <L> L load(Class<L> functions, String library) {
            return LibraryLoader.create(functions).failImmediately().load(library);
        }

        LibBpf requireLibbpf() {
            return require(libbpf);
        }

        LibC requireLibc() {
            return require(libc);
        }

        private <L> L require(@Nullable L library) {
            if (library == null) {
                LinkageError cause = Objects.requireNonNull(failure);
                throw BpfException.of("loading of " + name)
                        .because(explain(cause))
                        .cause(cause)
                        .build();
            }
            return library;
        }
    }
}
