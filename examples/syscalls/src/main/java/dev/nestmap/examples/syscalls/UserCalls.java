/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.syscalls;

import dev.nestmap.examples.syscalls.Syscalls.Call;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.error.BpfException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the system calls of all users of this machine. */
final class UserCalls implements AutoCloseable {
    private final SyscallsBpf bpf;
    private final OnDemandServer<Long> server;

    /** Starts counting. */
    UserCalls() {
        bpf = SyscallsBpf.load();
        try {
            bpf.count().attach(); // to what its section names
        } catch (BpfException e) {
            bpf.close();
            throw e;
        }
        server = bpf.user().serveRequests(report -> {});
    }

    /** Returns the calls since the last time, by uid. Each call is returned once. A user with an array and no calls has an empty list. */
    Map<Long, List<Call>> drain() {
        Map<Long, List<Call>> drained = new HashMap<>();
        bpf.user().drainAll(calls -> {
            List<Call> made = new ArrayList<>();
            calls.map().forEach(call -> {
                if (call.count() > 0) {
                    made.add(call);
                }
            });
            drained.put(calls.key(), made);
        });
        return drained;
    }

    /** How many calls were made before their users had arrays. {@link #drain} does not return these. */
    long missed() {
        return server.statistics().missed() + server.lostRequests();
    }

    @Override
    public void close() {
        server.close();
        bpf.close();
    }
}
