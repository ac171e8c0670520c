"""The OpenAPI document: stable ids, problem details as they are sent, no hosts."""

from typing import Any, cast

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.errors import CATALOGUE
from api.identity.edge import Edge
from api.identity.hot import HotEdge
from api.kit.http.problems import MEDIA_TYPE, Problem
from api.policy import POLICY

VERSION = "0.1.0"
_DESCRIPTION = """\
邻里:社区跑腿、买菜接龙与调解的后端接口。

- 坐标一律为 GCJ-02;`coord` 必填,`wgs84` 会在入口转换。
- 金额为整数分(`*_fen`),距离为米(`*_m`),时长为秒(`*_s`),时间为带时区的 RFC 3339。
- 错误为 `application/problem+json`,按 `code` 分支;`title` 可直接用于 toast。
- `POST` 支持 `Idempotency-Key`;涉及金钱的必须带上。
- 列表用 `limit` 与 `cursor` 翻页。
"""
_EVERYWHERE = (408, 413, 422, 429, 431, 503)
# 409 for reads as well: the hall is closed to a runner who is offline.
_SIGNED_IN = (401, 403, 404, 409)


def describe(app: FastAPI) -> dict[str, Any]:
    """The document of an application, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _describe(app)
    return app.openapi_schema


def _describe(app: FastAPI) -> dict[str, Any]:
    routes = api_routes(app)
    document = get_openapi(
        title=app.title,
        version=VERSION,
        description=_DESCRIPTION,
        routes=app.routes,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    document["components"]["securitySchemes"] = {
        "session": {"type": "http", "scheme": "bearer", "description": "会话令牌"}
    }
    for route in routes:
        for method in route.methods or ():
            operation = document["paths"][route.path_format][method.lower()]
            _complete(operation, route, method)
    return document


def api_routes(app: FastAPI) -> list[APIRoute]:
    """The routes of the features, wherever the framework nests them."""
    found: list[APIRoute] = []
    for route in app.routes:
        if isinstance(route, APIRoute):
            found.append(route)
        else:
            inner = getattr(getattr(route, "original_router", None), "routes", ())
            found += [r for r in cast("list[Any]", inner) if isinstance(r, APIRoute)]
    return found


def operation_id(route: APIRoute) -> str:
    """``feature_act``: what a generated client calls the method, and the policy its row."""
    return f"{route.endpoint.__module__.split('.')[1]}_{route.name}"


def _complete(operation: dict[str, Any], route: APIRoute, method: str) -> None:
    is_anonymous = isinstance(route, Edge | HotEdge) and route.anonymous
    operation["security"] = [] if is_anonymous else [{"session": []}]
    # Absent only for routes that a measurement adds.
    operation["x-who"] = list(POLICY.get(operation["operationId"], ()))
    statuses = [*_EVERYWHERE] + ([] if is_anonymous else [*_SIGNED_IN])
    if is_anonymous and operation.get("parameters"):
        statuses.append(404)
    if is_anonymous and method == "POST":
        statuses.append(401)
    if method in ("POST", "PUT", "DELETE"):
        statuses += [400, 409, 415]
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "If-Match":
            parameter |= {"required": True, "schema": {"type": "string", "maxLength": 40}}
            statuses += [412, 428]
    if method == "POST" and not is_anonymous:
        operation.setdefault("parameters", []).append(_idempotency_key(route))
    statuses += [int(s) for s in route.responses if int(s) >= 400]
    responses = operation["responses"]
    for status in sorted(set(statuses)):
        responses[str(status)] = _problem(status)
    for status, response in responses.items():
        headers = response.setdefault("headers", {})
        headers["X-Request-Id"] = {"schema": {"type": "string"}, "description": "请求编号"}
        if status in ("429", "503"):
            headers["Retry-After"] = {
                "schema": {"type": "integer"},
                "description": "多少秒后重试",
            }


def _idempotency_key(route: APIRoute) -> dict[str, Any]:
    assert isinstance(route, Edge | HotEdge)
    is_required = route.key_required
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": is_required,
        "description": "幂等键,1–64 个可见 ASCII 字符;同键同内容得到同一答复,保留 72 小时。",
        "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": 64,
            "pattern": "^[\\x21-\\x7e]+$",
        },
        "example": "0f9c1c0e-7a52-4d8e-9a40-3f1f6a0f2d11",
    }


def _problem(status: int) -> dict[str, Any]:
    codes = [code for code, refusal in CATALOGUE.items() if refusal.status == status]
    code = codes[0]
    return {
        "description": f"{CATALOGUE[code].zh}(`code`:{'、'.join(codes)})",
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": {
                    "type": "about:blank",
                    "title": CATALOGUE[code].zh,
                    "status": status,
                    "detail": "",
                    "code": code,
                    "errors": [],
                    "request_id": "6f0c2b1d9e8a4c7f5b3d2a10",
                },
            }
        },
    }
