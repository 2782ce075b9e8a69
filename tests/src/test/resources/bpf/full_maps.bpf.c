// SPDX-License-Identifier: GPL-2.0
/* Counts each packet for a tenant and a flow. No result is checked where the header lets that pass. */
#include "full_maps.bpf.h"

struct packet {
	__u32 way, tenant, flow;
};

SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct packet *packet = (void *)(long)ctx->data;
	struct ipv4_prefix prefix = { .prefixlen = 32 };
	struct flow_map *flows;

	if ((void *)(packet + 1) > (void *)(long)ctx->data_end)
		return -1;
	switch (packet->way) {
	case 0:
		tenant_flow_add(packet->tenant, packet->flow, 1);
		break;
	case 1: /* looks the map up itself */
		flows = tenant_lookup(packet->tenant);
		if (flows)
			flow_add(flows, packet->flow, 1);
		else
			tenant_count_unknown();
		break;
	case 2: {
		__u64 *packets = tenant_flow_lookup_or_init(packet->tenant, packet->flow, 0);

		if (packets)
			__sync_fetch_and_add(packets, 1);
		break;
	}
	case 3:
		spread_share_add(packet->tenant, packet->flow, 1);
		break;
	case 4:
		evicting_recent_add(packet->tenant, packet->flow, 1);
		break;
	case 5:
		prefix.addr = packet->flow;
		routed_prefix_update(packet->tenant, &prefix, 1, BPF_ANY);
		break;
	case 6:
		listed_port_add(packet->tenant, packet->flow, 1);
		break;
	case 7:
		worker_job_push(packet->tenant, packet->flow, 0);
		break;
	case 8:
		ingress_both_add(packet->tenant, packet->flow, 1);
		break;
	case 9:
		return quiet_silent_add(packet->tenant, packet->flow, 1) ? 1 : 0;
	case 10:
		limited_peer_add(packet->tenant, packet->flow, 1);
		break;
	case 11:
		return tenant_flow_add(packet->tenant, packet->flow, 1) ? 1 : 0;
	case 12:
		tenant_count_refused(0);
		break;
#ifdef DELETES
	case 13:
		flows = tenant_lookup(packet->tenant);
		if (flows)
			flow_delete(flows, packet->flow);
		break;
#endif
#ifdef DELETES_NAMED
	case 14:
		bpf_map_delete_elem(&tenant_uncounted, &packet->flow);
		break;
#endif
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
