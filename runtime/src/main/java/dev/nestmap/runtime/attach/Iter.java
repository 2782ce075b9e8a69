/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program for each kernel object of one kind: tasks, sockets, maps, control groups and others. Sections: {@code iter/...} and {@code
 * iter.s/...}; the section names the kind, such as {@code iter/task}. The program runs only when somebody reads the output of the link with
 * {@link dev.nestmap.runtime.attach.IterLink#newInputStream}. For the entries of a map ({@code iter/bpf_map_elem}), attach the program to
 * the map instead: {@code map.attach(program)}.
 *
 * @param thread id of the only thread that a task iterator visits, in the PID namespace of the caller; 0 for all
 * @param process id of the process whose threads a task iterator visits, in the PID namespace of the caller; 0 for all
 * @param cgroup directory of the control group at which {@code iter/cgroup} starts; null for other iterators
 * @param order which control groups {@code iter/cgroup} visits; null for other iterators
 */
public record Iter(
        int thread,
        int process,
        @Nullable Path cgroup,
        @Nullable Order order) implements Hook<Iter.Kind, IterLink> {
    /** The kind of iterators, as a type argument of {@link AttachableProgram}. */
    public interface Kind {}

    /**
     * The control groups that an iterator visits, with the names and in the order of {@code enum bpf_cgroup_iter_order} ({@code
     * linux/bpf.h}).
     */
    public enum Order {
        /** The group only. */
        SELF_ONLY,

        /** The group and those below it, each before the groups that it contains. */
        DESCENDANTS_PRE,

        /** The group and those below it, each after the groups that it contains. */
        DESCENDANTS_POST,

        /** The group and those that contain it, up to the root. */
        ANCESTORS_UP
    }

    /** Checks that the ids are not negative, that a group has an order, and that at most one of thread, process and group is set. */
    public Iter {
        if (thread < 0 || process < 0) {
            throw new IllegalArgumentException(
                    "thread is " + thread + " and process is " + process + ": ids are positive, and 0 stands for all");
        }
        if ((cgroup == null) != (order == null)) {
            throw new IllegalArgumentException(
                    "cgroup is " + cgroup + " and order is " + order + ": give both or none");
        }
        if ((thread > 0 ? 1 : 0) + (process > 0 ? 1 : 0) + (cgroup == null ? 0 : 1) > 1) {
            throw new IllegalArgumentException("thread is " + thread + ", process is " + process + " and cgroup is "
                    + cgroup + ": an iterator visits the objects of one of them");
        }
    }

    /**
     * Returns the attachment to all objects of the kind that the section names.
     *
     * @return the attachment
     */
    public static Iter all() {
        return new Iter(0, 0, null, null);
    }

    /**
     * Returns the attachment to one thread, for {@code iter/task}, {@code iter/task_file} and {@code iter/task_vma}.
     *
     * @param id id of the thread, as {@code gettid} returns it. If there is no such thread, the output is empty.
     * @return the attachment
     * @throws IllegalArgumentException if the id is not positive
     */
    public static Iter ofThread(int id) {
        return new Iter(requirePositive(id, "thread"), 0, null, null);
    }

    /**
     * Returns the attachment to the threads of one process, for {@code iter/task}, {@code iter/task_file} and {@code iter/task_vma}.
     *
     * @param id id of the process. If there is no such process, the output is empty.
     * @return the attachment
     * @throws IllegalArgumentException if the id is not positive
     */
    public static Iter ofProcess(int id) {
        return new Iter(0, requirePositive(id, "process"), null, null);
    }

    /**
     * Returns the attachment to control groups, for {@code iter/cgroup}.
     *
     * @param directory directory of the first control group
     * @param order which other groups follow, and in which order
     * @return the attachment
     */
    public static Iter ofCgroups(Path directory, Order order) {
        return new Iter(0, 0, Objects.requireNonNull(directory, "directory"), Objects.requireNonNull(order, "order"));
    }

    private static int requirePositive(int id, String what) {
        if (id <= 0) {
            throw new IllegalArgumentException("the " + what + " is " + id + ": ids are positive");
        }
        return id;
    }

    @Override
    public String target() {
        if (cgroup != null) {
            return "control group " + cgroup;
        }
        return thread > 0 ? "thread " + thread : process > 0 ? "process " + process : "all objects of its kind";
    }
}
