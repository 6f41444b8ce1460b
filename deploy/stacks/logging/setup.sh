# Prepares Elasticsearch and Kibana. Each step may run again.
set -euo pipefail

# ask METHOD URL [CURL OPTIONS]: the answer's body goes to standard error when it is a refusal. The password goes in by standard input, not by the command line.
ask() {
  local method=$1 url=$2
  shift 2
  printf 'user = "elastic:%s"\n' "$ELASTIC_PASSWORD" |
    curl --silent --show-error --fail-with-body --config - --request "$method" \
      --header 'content-type: application/json' --header 'kbn-xsrf: true' "$@" "$url"
}

until ask GET "http://$ELASTICSEARCH:9200/_cluster/health?wait_for_status=yellow&timeout=5s" --output /dev/null; do
  echo 'waiting for Elasticsearch'
  sleep 5
done

ask POST "http://$ELASTICSEARCH:9200/_security/user/kibana_system/_password" \
  --data @<(printf '{"password":"%s"}' "$KIBANA_PASSWORD")
ask PUT "http://$ELASTICSEARCH:9200/_security/role/shipper" --data '{
  "indices": [{ "names": ["logs-kubernetes-*"], "privileges": ["auto_configure", "create_doc"] }]
}'
ask PUT "http://$ELASTICSEARCH:9200/_security/user/shipper" \
  --data @<(printf '{"password":"%s","roles":["shipper"]}' "$SHIPPER_PASSWORD")

REPLICAS=0
if [ "$NODES" -gt 1 ]; then REPLICAS=1; fi
ask PUT "http://$ELASTICSEARCH:9200/_index_template/logs-kubernetes" \
  --data @<(sed -e "s/@REPLICAS@/$REPLICAS/" -e "s/@RETENTION@/$RETENTION/" /setup/index-template.json)

until ask GET "http://$KIBANA:5601/api/status" --output /dev/null; do
  echo 'waiting for Kibana'
  sleep 5
done
ask POST "http://$KIBANA:5601/api/data_views/data_view" --data '{
  "override": true,
  "data_view": { "id": "logs-kubernetes", "name": "Kubernetes logs", "title": "logs-kubernetes-*", "timeFieldName": "@timestamp" }
}' --output /dev/null
echo 'done'
