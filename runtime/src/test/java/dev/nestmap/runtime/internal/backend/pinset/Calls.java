/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend.pinset;

import dev.nestmap.runtime.internal.backend.pinset.Kernel.Identity;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Opened;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Program;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Run;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Update;
import dev.nestmap.runtime.internal.backend.pinset.Kernel.Updated;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The system calls of a process. The protocol is ordinary code, which is run again from its beginning for each step: the calls that it has made
 * return what they have returned before, and the next one ends the run with {@link Pending}.
 */
final class Calls {
    /** What makes a difference for the order of two calls. */
    enum Kind {
        /** Only reads, or changes what only this process can see: a kill before it is a kill before the next call. */
        LOCAL,
        CHANGE,
        /** Changes which inner map a program finds. */
        CHANGE_OF_PROGRAMS,
        /** Reads entries, or waits for programs. */
        READ_OF_ENTRIES
    }

    interface Effect {
        Object on(Kernel kernel, int pid);
    }

    /** Its effect, if it waits, is that it has waited. */
    record Call(Kind kind, String name, List<Object> arguments, Effect effect) {
        @Override
        public String toString() {
            return name + arguments.stream().map(argument -> " " + argument).collect(Collectors.joining());
        }
    }

    /** The call that comes next. */
    static final class Pending extends RuntimeException {
        private static final long serialVersionUID = 1;
        final transient Call call;

        Pending(Call call) {
            super(call.toString(), null, false, false);
            this.call = call;
        }
    }

    /** The call failed, and has changed nothing, as with EIO, ENOSPC or EPERM. */
    static final class CallFailed extends RuntimeException {
        private static final long serialVersionUID = 1;

        CallFailed() {
            super("a call failed", null, false, false);
        }
    }

    /** The result of a call that failed. */
    static final Object FAILED = "failed";

    static final Object NOTHING = "ok";

    private final List<Object> results;
    private int next;

    Calls(List<Object> results) {
        this.results = results;
    }

    private Object call(Kind kind, String name, Effect effect, Object... arguments) {
        if (next == results.size()) {
            boolean isOfLink = Arrays.stream(arguments)
                    .anyMatch(argument -> argument instanceof String path && path.contains("/link"));
            Kind asked = isOfLink && kind == Kind.CHANGE ? Kind.CHANGE_OF_PROGRAMS : kind;
            throw new Pending(new Call(asked, name, Arrays.asList(arguments), effect));
        }
        Object result = results.get(next++);
        if (result.equals(FAILED)) {
            throw new CallFailed();
        }
        return result;
    }

    private void run(Kind kind, String name, BiConsumer<Kernel, Integer> effect, Object... arguments) {
        call(
                kind,
                name,
                (kernel, pid) -> {
                    effect.accept(kernel, pid);
                    return NOTHING;
                },
                arguments);
    }

    void mkdir(String path) {
        run(Kind.CHANGE, "mkdir", (kernel, pid) -> kernel.mkdir(pid, path), path);
    }

    boolean rmdir(String path) {
        return (boolean) call(Kind.CHANGE, "rmdir", (kernel, pid) -> kernel.rmdir(pid, path), path);
    }

    @SuppressWarnings("unchecked")
    List<String> list(String path) {
        return (List<String>) call(Kind.LOCAL, "list", (kernel, pid) -> kernel.list(path), path);
    }

    int inode(String path) {
        return (int) call(Kind.LOCAL, "inode", (kernel, pid) -> kernel.inode(pid, path), path);
    }

    void unlink(String path) {
        run(Kind.CHANGE, "unlink", (kernel, pid) -> kernel.unlink(path), path);
    }

    /** Makes a hard link. Returns false if nothing is pinned at the first path. */
    boolean link(String from, String to) {
        return (boolean) call(Kind.CHANGE, "link", (kernel, pid) -> kernel.link(from, to), from, to);
    }

    void symlink(String path) {
        run(Kind.CHANGE, "symlink", (kernel, pid) -> kernel.symlink(pid, path), path);
    }

    void unlinkSymbolic(String path) {
        run(Kind.CHANGE, "unlink-symbolic", (kernel, pid) -> kernel.unlinkSymbolic(path), path);
    }

    void rename(String from, String to) {
        run(Kind.CHANGE, "rename", (kernel, pid) -> kernel.rename(from, to), from, to);
    }

    boolean renameNoReplace(String from, String to) {
        return (boolean)
                call(Kind.CHANGE, "rename-noreplace", (kernel, pid) -> kernel.renameNoReplace(from, to), from, to);
    }

    void exchange(String one, String other) {
        run(Kind.CHANGE, "exchange", (kernel, pid) -> kernel.exchange(one, other), one, other);
    }

    void pinMap(int map, String path) {
        run(Kind.CHANGE, "pin-map", (kernel, pid) -> kernel.pin(pid, false, map, path), map, path);
    }

    void pinLink(int link, String path) {
        run(Kind.CHANGE, "pin-link", (kernel, pid) -> kernel.pin(pid, true, link, path), link, path);
    }

    /** Gives a pin the time of now, which no other pin has. Returns the time. */
    int setTime(String path) {
        return (int) call(Kind.CHANGE, "set-time", (kernel, pid) -> kernel.setTime(pid, path, 0), path, 0);
    }

    /** Opens a pin. Returns null if it is missing. */
    @Nullable
    Opened get(String path) {
        Object opened = call(
                Kind.LOCAL,
                "get",
                (kernel, pid) -> {
                    Opened got = kernel.get(pid, path);
                    return got == null ? NOTHING : got;
                },
                path);
        return opened instanceof Opened got ? got : null;
    }

    /** Waits for the lock, if it shall. Returns false if another process has it. */
    boolean flock(int inode, boolean waits) {
        return (boolean) call(Kind.LOCAL, "flock", (kernel, pid) -> kernel.flock(pid, inode), inode, waits);
    }

    void unlock(int inode) {
        run(Kind.CHANGE, "unlock", (kernel, pid) -> kernel.unlock(pid, inode), inode);
    }

    int newInner(String layout) {
        return newMap(layout, List.of(), 0);
    }

    int newMap(String layout, List<Integer> slots, int table) {
        return (int) call(
                Kind.LOCAL, "new-map", (kernel, pid) -> kernel.newMap(pid, layout, 0, slots, table), layout, slots);
    }

    /** A frozen map with the text of another map. */
    int newText(String layout, int described) {
        return (int) call(
                Kind.LOCAL,
                "new-text",
                (kernel, pid) -> kernel.newMap(pid, layout, 0, List.of(), described),
                layout,
                described);
    }

    int slot(int outer, int key) {
        return (int) call(Kind.LOCAL, "slot", (kernel, pid) -> kernel.slot(outer, key), outer, key);
    }

    /** Changes slots one after the other, and waits until programs that have found an old map have ended, also if it fails at some slot. */
    void update(List<Update> updates) {
        if (updates.isEmpty()) {
            return;
        }
        Updated updated = (Updated) call(
                Kind.CHANGE_OF_PROGRAMS,
                "update",
                (kernel, pid) -> kernel.update(updates, updates.size()),
                updates.toArray());
        await(updated.runs());
        if (updated.done() < updates.size()) {
            throw new CallFailed();
        }
    }

    /** As {@link #update}, but returns at once: the mistake of a runtime that does not know its kernel. */
    void updateWithoutWait(List<Update> updates) {
        call(
                Kind.CHANGE_OF_PROGRAMS,
                "update",
                (kernel, pid) -> kernel.update(updates, updates.size()),
                updates.toArray());
    }

    @SuppressWarnings("unchecked")
    void gracePeriod() {
        await((Set<Run>) call(Kind.CHANGE, "grace-period", (kernel, pid) -> kernel.runningPrograms()));
    }

    private void await(Set<Run> runs) {
        run(Kind.READ_OF_ENTRIES, "wait", (kernel, pid) -> {}, runs);
    }

    int read(int inner, String layout) {
        return (int) call(Kind.READ_OF_ENTRIES, "read", (kernel, pid) -> kernel.read(inner, layout), inner);
    }

    void store(Identity identity, int items) {
        run(Kind.CHANGE, "store", (kernel, pid) -> kernel.store(identity, items), identity, items);
    }

    void storeTotal(Identity identity, int table) {
        run(Kind.READ_OF_ENTRIES, "store-total", (kernel, pid) -> kernel.storeTotal(identity, table), identity, table);
    }

    void load(Program program) {
        run(Kind.LOCAL, "load", (kernel, pid) -> kernel.load(pid, program), program);
    }

    /** Which other programs may write to these inner maps, except those of the links at these paths. */
    @SuppressWarnings("unchecked")
    Set<Integer> writers(Set<Integer> inners, List<String> replaced) {
        return (Set<Integer>)
                call(Kind.LOCAL, "writers", (kernel, pid) -> kernel.writers(pid, inners, replaced), inners, replaced);
    }

    int attach(Program program) {
        return (int) call(Kind.CHANGE_OF_PROGRAMS, "attach", (kernel, pid) -> kernel.attach(pid, program), program);
    }

    void replace(int link, Program program) {
        run(Kind.CHANGE_OF_PROGRAMS, "replace", (kernel, pid) -> kernel.replace(link, program), link, program);
    }

    Program program(int link) {
        return (Program)
                call(Kind.LOCAL, "program", (kernel, pid) -> Objects.requireNonNull(kernel.links.get(link)), link);
    }

    void release(int link) {
        run(Kind.CHANGE_OF_PROGRAMS, "release", (kernel, pid) -> kernel.release(pid, link), link);
    }
}
