/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.ratelimits;

import dev.nestmap.examples.ratelimits.RateLimits.Limit;
import dev.nestmap.examples.ratelimits.RateLimits.Sender;
import dev.nestmap.examples.ratelimits.RateLimitsBpf.SenderMap;
import dev.nestmap.runtime.InnerOptions;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;

/** The customers and their limits. */
final class Customers {
    private final RateLimitsBpf bpf;

    Customers(RateLimitsBpf bpf) {
        this.bpf = bpf;
    }

    /** Limits each sender to a customer. The customer's own map holds the state of so many senders. */
    void add(Inet4Address customer, Rate rate, long senders) {
        change(customer, rate);
        bpf.customer()
                .put(customer, bpf.customer().detached(InnerOptions.asDeclared().withMaxEntries(senders)));
    }

    /** Sets a customer's limit, which holds at once. Packets that are being handled use the old or the new one. */
    void change(Inet4Address customer, Rate rate) {
        bpf.limit().put(new Limit(customer, rate.interval(), rate.ahead()));
    }

    void remove(Inet4Address customer) {
        bpf.customer().remove(customer);
        bpf.limit().remove(customer);
    }

    /** Returns what passed and what was dropped since the last call, for each sender. Every sender starts with a full burst again. */
    List<Sender> report(Inet4Address customer) {
        List<Sender> report = new ArrayList<>();
        try (SenderMap.Owned senders = bpf.customer().rotate(customer)) {
            if (senders != null) {
                senders.forEach(report::add);
            }
        }
        return report;
    }
}
