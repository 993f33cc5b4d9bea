#!/usr/bin/env bash
# Guess:   recommend(..., filter_already_liked_items=True) never names a product that the customer has: it answers fewer if need be.
# Really:  it always answers N products. When too few are new, the rest of the row is filled with products that the customer
#          bought, scored -3.4028235e+38 by the matrix factorisation models but a harmless-looking 0.0 by the neighbour models.
# Version: implicit 0.7.3 (PyPI).
# Matters: small shops and loyal customers are the normal case of a CRM: "what to offer next" then lists exactly what they have,
#          and a score of 0.0 is not told from that of a new product with no neighbours.
# Instead: drop the bought products from the answer again, by id; do not rely on a threshold of the score.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv --without-pip venv
python3 -m pip --python ./venv install --quiet --no-compile --disable-pip-version-check \
  implicit==0.7.3 numpy==2.2.6 scipy==1.15.3

cat > show.py <<'PY'
import numpy as np
import scipy.sparse as sparse
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender

# Three customers, four products; customer 0 has all but product 3, customer 1 has everything.
bought = sparse.csr_matrix(np.array([[1, 1, 1, 0], [1, 1, 1, 1], [0, 1, 0, 1]], dtype=np.float32))
for model in (
    AlternatingLeastSquares(factors=2, iterations=5, random_state=1, use_gpu=False, num_threads=1),
    CosineRecommender(num_threads=1),
):
    model.fit(bought, show_progress=False)
    for customer in (0, 1):
        ids, scores = model.recommend(customer, bought[customer], N=4, filter_already_liked_items=True)
        has = set(bought[customer].indices.tolist())
        print(type(model).__name__, "customer", customer, "told", len(ids), "products, of which bought:",
              sum(int(i) in has for i in ids), "lowest score", f"{min(scores):.8g}")
PY

expected=$(cat <<'OUT'
AlternatingLeastSquares customer 0 told 4 products, of which bought: 3 lowest score -3.4028235e+38
AlternatingLeastSquares customer 1 told 4 products, of which bought: 4 lowest score -3.4028235e+38
CosineRecommender customer 0 told 4 products, of which bought: 3 lowest score 0
CosineRecommender customer 1 told 4 products, of which bought: 4 lowest score 0
OUT
)
actual=$(./venv/bin/python -W ignore show.py)
printf '%s\n' "$actual"
if [[ $actual != "$expected" ]]; then
  printf 'The behaviour changed; before it was:\n%s\n' "$expected" >&2
  exit 1
fi
