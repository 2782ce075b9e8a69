/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.syscalls;

import dev.nestmap.examples.syscalls.Syscalls.Call;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.error.BpfException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts the system calls of all users of this machine. */
final class UserCalls implements AutoCloseable {
    private final SyscallsBpf bpf;
    private final OnDemandServer<Long> server;
    private final LongAdder missed = new LongAdder();

    /** The calls that were drained and not returned yet, by uid. After a drain that has failed, the next one returns them. */
    private final Map<Long, List<Call>> drained = new HashMap<>();

    /** Starts counting. */
    UserCalls() {
        bpf = SyscallsBpf.load();
        try {
            bpf.count().attach(); // to what its section names
        } catch (BpfException e) {
            bpf.close();
            throw e;
        }
        server = bpf.user().serveRequests(report -> missed.add(report.total()));
    }

    /**
     * Returns the calls since the last time, by uid. Each call is returned once. A user with an array and no calls has an empty list. A user
     * may have two entries for one number: add them.
     */
    Map<Long, List<Call>> drain() {
        bpf.user().drainAll(calls -> {
            List<Call> made = new ArrayList<>();
            calls.map().forEach(call -> {
                if (call.count() > 0) {
                    made.add(call);
                }
            });
            drained.computeIfAbsent(calls.key(), uid -> new ArrayList<>()).addAll(made);
        });
        Map<Long, List<Call>> result = Map.copyOf(drained);
        drained.clear();
        return result;
    }

    /** Returns the number of calls that were made before their users had arrays. {@link #drain} does not return these. */
    long missed() {
        return missed.sum() + bpf.user().pending() + server.lostRequests();
    }

    @Override
    public void close() {
        server.close();
        bpf.close();
    }
}
